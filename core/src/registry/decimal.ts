/**
 * Floors and caps as decimal text, so that no float rounds them: `Math.ceil(0.55 * 100)` is 56 in floating point.
 */
const decimal = /^(\d+)(?:\.(\d+))?$/

/** True for what `needOf` and `microUsd` read: digits with an optional fraction, no sign, no exponent. */
export const isDecimal = (text: string): boolean => decimal.test(text)

function parts(text: string): { digits: bigint; scale: bigint } {
  const match = decimal.exec(text)
  if (!match) throw new RangeError(`"${text}" is not a decimal number.`)
  const fraction = match[2] ?? ''
  return { digits: BigInt(match[1]! + fraction), scale: 10n ** BigInt(fraction.length) }
}

const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b

/** How many of `n` cases a floor asks for: the smallest whole number that is not below floor × n. */
export function needOf(floor: string, n: number): number {
  const { digits, scale } = parts(floor)
  return Number(ceilDiv(digits * BigInt(n), scale))
}

/** Dollars to whole micro-dollars; a cap is rounded down, so that it is never exceeded. */
export function microUsd(dollars: string): number {
  const { digits, scale } = parts(dollars)
  return Number((digits * 1_000_000n) / scale)
}

/** The decimal text of a number as written in a file: its source where that is plain, else what the number prints as. */
export function decimalText(value: number, source: string): string | null {
  if (isDecimal(source)) return source
  const printed = value.toFixed(12).replace(/\.?0+$/, '')
  return Number.isFinite(value) && value >= 0 && Number(printed) === value && isDecimal(printed) ? printed : null
}
