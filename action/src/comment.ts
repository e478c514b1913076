import { faultWords, refusalOf } from './api.ts'
import type { Comment, GitHub } from './github.ts'
import { formatMarker, isForeign, isNewer, parseMarker, type Marker } from './marker.ts'

export type CommentOptions = {
  number: number
  marker: Marker
  /** Login that owns the comment, when the token cannot be asked. */
  author: string | null
  /** Without its marker. */
  body: string
  /** What is posted when GitHub refuses the whole body. */
  shortBody: string
  /** false: an existing comment is brought up to date, but none is made. */
  mayCreate: boolean
}

/** What became of the comment: `url` when one is there, `problem` when the result has to be told elsewhere. */
export type CommentOutcome = { url: string; note?: string; problem?: string }

const bot = 'github-actions[bot]'

/**
 * The one sticky comment of a pull request: made once, then edited. It is found over all pages by its marker and its
 * author, and never overwritten by an older run. No refusal of GitHub is an error here: the verdict does not depend on it.
 */
export async function publishComment(github: GitHub, o: CommentOptions): Promise<CommentOutcome> {
  try {
    return await publish(github, o)
  } catch (error) {
    return { url: '', problem: problemOf(error) }
  }
}

async function publish(github: GitHub, o: CommentOptions): Promise<CommentOutcome> {
  const pull = await github.pull(o.number)
  if (pull.headSha !== o.marker.head) return { url: '', note: 'No comment: a newer commit is being checked.' }
  if (!pull.isOpen) return { url: '', note: 'No comment: the pull request is closed.' }
  const author = o.author ?? (await github.viewer()) ?? bot
  const [there] = await ownComments(github, o, author)
  if (there) {
    const marker = parseMarker(there.body) as Marker
    if (isNewer(marker, o.marker)) return { url: there.url, note: 'The comment is that of a newer run; it stays.' }
    const edited = await orGone(writing(o, (body) => github.editComment(there.id, body)))
    if (edited) return { url: edited.url }
  }
  // Someone deleted it, or there was none.
  if (!o.mayCreate) return { url: '' }
  const made = await createOnce(github, o, author)
  if (made.author.toLowerCase() === author.toLowerCase()) return { url: made.url }
  return { url: made.url, note: `Set comment-author: "${made.author}", so that the next run finds its comment.` }
}

/** Ours, oldest first: the last line is a marker with our id, and the author is ours. A marker by anyone else is ignored. */
async function ownComments(github: GitHub, o: CommentOptions, author: string): Promise<Comment[]> {
  const comments = await github.comments(o.number)
  return comments
    .filter((comment) => comment.author.toLowerCase() === author.toLowerCase())
    .filter((comment) => {
      const marker = parseMarker(comment.body)
      return marker !== null && marker.id === o.marker.id && !isForeign(marker)
    })
    .toSorted((a, b) => a.id - b.id)
}

// After an unclear failure a create may have been carried out: look before trying again, once.
async function createOnce(github: GitHub, o: CommentOptions, author: string): Promise<Comment> {
  const create = () => writing(o, (body) => github.createComment(o.number, body))
  const made = await create().catch(async (error: unknown) => {
    if (refusalOf(error)) throw error
    const [found] = await ownComments(github, o, author)
    return found ? bringUpToDate(github, o, found) : create()
  })
  return settleRace(github, o, author, made)
}

// Two jobs may have created at once: the older comment stays and takes the newer body, the other goes.
async function settleRace(github: GitHub, o: CommentOptions, author: string, made: Comment): Promise<Comment> {
  const [first] = await ownComments(github, o, author).catch(() => [])
  if (!first || first.id === made.id) return made
  const kept = await bringUpToDate(github, o, first)
  await github.deleteComment(made.id).catch(() => {})
  return kept
}

// An edit is safe to repeat, so it may be of a comment that this run made.
const bringUpToDate = async (github: GitHub, o: CommentOptions, found: Comment): Promise<Comment> =>
  isNewer(parseMarker(found.body) as Marker, o.marker)
    ? found
    : writing(o, (body) => github.editComment(found.id, body))

// 422 says that the body itself is refused: the first lines and the link are tried once.
async function writing(o: CommentOptions, write: (body: string) => Promise<Comment>): Promise<Comment> {
  const last = formatMarker(o.marker)
  return write(`${o.body}\n${last}`).catch((error: unknown) => {
    if (refusalOf(error)?.status !== 422) throw error
    return write(`${o.shortBody}\n${last}`)
  })
}

const orGone = (write: Promise<Comment>): Promise<Comment | null> =>
  write.catch((error: unknown) => {
    if (refusalOf(error)?.status === 404) return null
    throw error
  })

function problemOf(error: unknown): string {
  const refusal = refusalOf(error)
  const where = 'The result is in the job summary.'
  if (refusal?.status === 401) return `Could not comment: github-token was refused. ${where}`
  if (refusal && /not accessible by|must have admin/i.test(refusal.words))
    return `Could not comment: the token lacks pull-requests: write (normal on forks). ${where}`
  if (refusal) return `Could not comment: GitHub said ${refusal.status}, ${refusal.words.replace(/\.$/, '')}. ${where}`
  return `Could not comment: GitHub did not answer (${faultWords(error)}). ${where}`
}
