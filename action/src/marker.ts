/** What the last line of Assay's comment says to the next run. */
export type Marker = {
  id: string
  head: string
  run: string
  attempt: string
  verdict: string
  digest: string
}

/** A marker of a later version: that comment is left alone. */
export type ForeignMarker = { id: string; version: string }

const version = '1'
const grammar = /^<!-- assay:comment v(\d+)((?: [a-z_]+=[A-Za-z0-9._/-]+)*) -->$/

/** The marker is the last line, because a hidden line at the top would be the text of the notification. */
export const formatMarker = (marker: Marker): string =>
  `<!-- assay:comment v${version} id=${marker.id} head=${marker.head} run=${marker.run}.${marker.attempt} verdict=${marker.verdict} digest=${marker.digest} -->`

/** Reads the marker of a comment from its last line that is not blank; unknown keys are tolerated. */
export function parseMarker(body: string): Marker | ForeignMarker | null {
  const last = body.trimEnd().split('\n').at(-1)?.trim() ?? ''
  const [, found, pairs] = grammar.exec(last) ?? []
  if (found === undefined || pairs === undefined) return null
  const values = new Map(pairs.split(' ').flatMap((pair) => (pair === '' ? [] : [pair.split('=') as [string, string]])))
  const id = values.get('id')
  const [, run, attempt] = /^(\d{1,20})\.(\d{1,20})$/.exec(values.get('run') ?? '') ?? []
  if (id === undefined) return null
  if (BigInt(found) > BigInt(version)) return { id, version: found }
  if (run === undefined || attempt === undefined) return null
  const get = (name: string) => values.get(name) ?? ''
  return { id, head: get('head'), run, attempt, verdict: get('verdict'), digest: get('digest') }
}

export const isForeign = (marker: Marker | ForeignMarker): marker is ForeignMarker => 'version' in marker

/** True when a marker was written by a later run, or a later attempt of the same run, of the same head. */
export function isNewer(there: Marker, ours: Pick<Marker, 'head' | 'run' | 'attempt'>): boolean {
  if (there.head !== ours.head) return false
  // Ids are larger than what a number holds exactly one day; text would put 9 above 10.
  const [a, b] = [BigInt(there.run), BigInt(ours.run)]
  return a > b || (a === b && BigInt(there.attempt) > BigInt(ours.attempt))
}
