/**
 * Prompts, cases, answers, file and branch names are written by strangers. One escape a surface; reporters join only
 * what went through one of these.
 */
export type Safe = string & { readonly safe: unique symbol }

const hex = (unit: number): string => `\\u${unit.toString(16).padStart(4, '0')}`

// C0 and C1 controls but tab and line ends; soft hyphen; bidi controls; zero-width characters; line and paragraph
// separators; byte order mark.
const unseen =
  // oxlint-disable-next-line no-control-regex -- these are what the expression is for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g
const tagCharacters = /[\u{e0000}-\u{e007f}]/gu

/** Shows what cannot be seen: control, bidi and zero-width characters as `\u202e`, lone surrogates as `\ufffd`. */
export const visible = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\ufffd', '\\ufffd')
    .replace(unseen, (unit) => hex(unit.charCodeAt(0)))
    .replace(tagCharacters, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`)

/** At most `limit` UTF-16 units, cut between code points, with the count of what was left out. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text
  const last = text.charCodeAt(limit - 1)
  const cut = last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit
  return `${text.slice(0, cut)}… +${(text.length - cut).toLocaleString('en-US')} characters`
}

/** One line of plain text for a terminal: line ends shown as `⏎`, nothing unseen. */
export const line = (text: string): Safe => visible(text.replace(/\r\n|\r|\n/g, '⏎').replaceAll('\t', ' ')) as Safe

const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
const entity = (character: string): string => named[character] ?? `&#${character.charCodeAt(0)};`

// Always: tags, mentions, cells, links, emphasis, code. `_` unless inside a word (contract_extraction), `#` before a
// digit (#1 refers to an issue), `:` where it makes a URL or a picture (`:word:`).
const markup = /[&<>@|[\]*~\\`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|#(?=\d)|:(?=\/\/|[\w+-]+:)/gu

/**
 * Inline Markdown (cells, summaries, sentences): no mention, link, image, tag, reference, emphasis or table break can come
 * from data. Only what could become markup is replaced, because mails and phones show the source of the first lines.
 */
export const inline = (text: string): Safe =>
  line(text)
    .replace(markup, entity)
    .replace(/\bwww\./gi, (word) => `${word.slice(0, 3)}&#46;`)
    .replace(/\b(gh|jira)-(?=\d)/gi, (word) => `${word.slice(0, -1)}&#45;`)
    // A run of 7 to 40 hex digits becomes a link to a commit.
    .replace(
      /\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b/gi,
      (word) => `${word.slice(0, 3)}<span></span>${word.slice(3)}`,
    ) as Safe

/** Inline code that data cannot leave. */
export const code = (text: string): Safe => `<code>${inline(text)}</code>` as Safe

/** A fenced block whose fence is longer than any run of back-ticks inside. The info string is ours. */
export function fence(info: 'diff' | 'text' | 'json', text: string): Safe {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const ticks = '`'.repeat(Math.max(3, longest + 1))
  // A marker is found by its text, wherever it stands.
  const body = visible(text.replaceAll('\r\n', '\n')).replaceAll('<!--', '<\\u0021--')
  return `${ticks}${info}\n${body}\n${ticks}` as Safe
}

/** Text and attribute values of an HTML page. */
export const html = (text: string): Safe =>
  visible(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`) as Safe
