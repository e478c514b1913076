import { appendFile } from 'node:fs/promises'
import { verdictMarkdown, type Links, type Verdict } from '@assay/core'

/** The runner drops the whole summary of a step above 1,048,576 bytes. */
const mostBytes = 900_000

/** The whole report as Markdown for the job summary, with what could not be told elsewhere on top. */
export function summaryOf(verdict: Verdict, o: { links: Links; notes: readonly string[] }): string {
  const top = o.notes.map((note) => `> ${plain(note)}\n\n`).join('')
  // The budget counts UTF-16 units; one of them is up to three bytes.
  for (let budget = mostBytes; ; budget = Math.floor(budget / 2)) {
    const text = `${top}${verdictMarkdown(verdict, { links: o.links, budget })}\n`
    if (Buffer.byteLength(text) <= mostBytes || budget < 10_000) return text
  }
}

/** Appends to the step's summary file; false when the runner gave none or it cannot be written. */
export const writeSummary = (path: string | undefined, text: string): Promise<boolean> =>
  path
    ? appendFile(path, text).then(
        () => true,
        () => false,
      )
    : Promise.resolve(false)

// A note quotes GitHub; in Markdown it stands as plain text.
const plain = (text: string): string => text.replace(/[^\p{L}\p{N} .,:;()-]/gu, ' ')
