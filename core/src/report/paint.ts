/** Colour for terminals: at most two, and never colour alone. */
export type Paint = {
  bad(text: string): string
  good(text: string): string
  dim(text: string): string
  bold(text: string): string
}

const wrap = (code: number) => (text: string) => `\u001b[${code}m${text}\u001b[0m`
const plain = (text: string) => text

export const painter = (color: boolean): Paint =>
  color
    ? { bad: wrap(31), good: wrap(32), dim: wrap(2), bold: wrap(1) }
    : { bad: plain, good: plain, dim: plain, bold: plain }
