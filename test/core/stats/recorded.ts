/** Published counts from recorded public data, recounted: the end-to-end vectors. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const unzip = (file: string): string => gunzipSync(readFileSync(file)).toString('utf8')

/** RFC 4180 with quoted line breaks, as records by column name. */
export function readCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
    if (end !== ',') rows.push([])
  }
  const [head, ...body] = rows.filter((row) => row.length > 1)
  return body.map((row) => Object.fromEntries(head!.map((name, i) => [name, row[i] ?? ''])))
}

const boxed = (text: string): string | null => /\\boxed\{[^}]*\}/.exec(text)?.[0].replaceAll(/\s/g, '') ?? null

/** Pass rates of two model versions on the same questions, and how many answers flipped. */
export function passRates(file: string, from: string, to: string): Record<string, number> {
  const passes = new Map<string, Map<string, boolean>>()
  for (const row of readCsv(unzip(file))) {
    const ofModel = passes.get(row['model']!) ?? new Map<string, boolean>()
    passes.set(row['model']!, ofModel)
    ofModel.set(row['id']!, boxed(row['answer']!) === boxed(row['ref_answer']!))
  }
  const find = (name: string): Map<string, boolean> =>
    passes.get(name) ?? [...passes].find(([model]) => model.endsWith(name))?.[1] ?? new Map()
  const [a, b] = [find(from), find(to)]
  const ids = [...a.keys()].filter((id) => b.has(id))
  const count = (test: (id: string) => boolean | undefined): number => ids.filter(test).length
  return {
    n: ids.length,
    passA: count((id) => a.get(id)) / ids.length,
    passB: count((id) => b.get(id)) / ids.length,
    regressions: count((id) => a.get(id) && !b.get(id)),
    improvements: count((id) => !a.get(id) && b.get(id)),
  }
}

type Judged = { label: number; results: [Record<'swap = False' | 'swap = True', { winner: string }>] }

/** How often a judge was right in both orders of the two answers. */
export function judgeAgreement(file: string): Record<string, number> {
  const rows = (JSON.parse(unzip(file)) as Judged[]).map(({ label, results }) => {
    const [first, swapped] = [results[0]['swap = False'].winner, results[0]['swap = True'].winner]
    return { first: first === String(label), swapped: swapped === String(label), equal: first === swapped }
  })
  const count = (test: (row: (typeof rows)[number]) => boolean): number => rows.filter(test).length
  return {
    n: rows.length,
    correctFirstOrder: count((row) => row.first),
    correctSwapped: count((row) => row.swapped),
    correctBoth: count((row) => row.first && row.swapped),
    equal: count((row) => row.equal),
  }
}
