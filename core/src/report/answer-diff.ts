import type { Pair } from '../gate/verdict.ts'
import type { Json } from '../text/json.ts'
import { clip } from '../text/escape.ts'

const answerLimit = 600

/**
 * Expected against got as the body of a `diff` fence: the fields that differ where fields were compared, else both texts.
 */
export function answerDiff(pair: Pair): string {
  if (pair.fields && pair.fields.length > 0) {
    return pair.fields
      .flatMap(({ field, expected, got }) => [
        `- ${JSON.stringify(field)}: ${value(expected)}   expected`,
        `+ ${JSON.stringify(field)}: ${value(got)}   head`,
      ])
      .join('\n')
  }
  const wanted = pair.expected_text ?? pair.base_answer
  const rows: string[] = []
  if (wanted !== undefined) rows.push(...lines('-', wanted, pair.expected_text === undefined ? 'base' : 'expected'))
  rows.push(...lines('+', pair.head_answer ?? 'no answer', 'head'))
  return rows.join('\n')
}

const value = (json: Json): string => clip(JSON.stringify(json), answerLimit)

function lines(sign: '-' | '+', text: string, label: string): string[] {
  const rows = clip(text, answerLimit).split(/\r\n|\r|\n/)
  return rows.map((row, index) => `${sign} ${row}${index === rows.length - 1 ? `   ${label}` : ''}`)
}
