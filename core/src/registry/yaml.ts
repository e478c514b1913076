import { parseDocument, Schema } from 'yaml'
import type { Document } from 'yaml'
import type { Finding } from '../findings.ts'
import type { Json } from '../text/json.ts'
import { lineIndex } from '../text/span.ts'
import type { LineIndex, Span } from '../text/span.ts'
import { problemsOf } from './problems.ts'
import type { Problems } from './problems.ts'
import { findTooDeep } from './yaml-guard.ts'
import { valueOf } from './yaml-value.ts'

/** JSON pointer -> place of the value; `pointer#key` -> place of its key. The root is ''. */
export type Spans = Record<string, Span>

export type ReadYaml =
  | { ok: true; value: Json; spans: Spans; findings: Finding[]; lines: LineIndex }
  | { ok: false; findings: Finding[] }

export type ReadYamlOptions = {
  /** Default 1 MiB. */
  maxBytes?: number
  /** The sentence for a file over the limit; the default names lint.max_file_bytes. */
  tooLarge?: string
}

const mebibyte = 1_048_576
// One for all documents: making it costs more than using it in a short file.
const schema = new Schema({ schema: 'core', merge: false, resolveKnownTags: false })
const maxSyntaxErrors = 20

/**
 * Reads YAML 1.2 that strangers may have written. Never throws and takes linear time. Files that cannot be understood
 * (syntax, size, depth, aliases) are refused; a bad key, tag or number is a finding and the rest is still read.
 */
export function readYaml(path: string, text: string, o: ReadYamlOptions = {}): ReadYaml {
  const problems = problemsOf(path, text, lineIndex(text))
  if (!guard(text, o, problems)) return { ok: false, findings: problems.findings }
  const doc = parse(text, problems)
  if (doc === null) return { ok: false, findings: problems.findings }
  const read = valueOf(doc, text, problems)
  if (read === null) return { ok: false, findings: problems.findings }
  return { ok: true, ...read, findings: problems.findings, lines: problems.lines }
}

function guard(text: string, o: ReadYamlOptions, problems: Problems): boolean {
  const limit = o.maxBytes ?? mebibyte
  // A UTF-16 unit is at most 3 bytes of UTF-8: short texts need no encoding to know that they fit.
  const bytes = text.length * 3 <= limit ? 0 : text.length > limit ? text.length : new TextEncoder().encode(text).length
  if (bytes > limit) {
    const message =
      o.tooLarge ?? `File is ${mebibytes(bytes)} MiB; the limit is ${mebibytes(limit)} MiB (lint.max_file_bytes).`
    problems.schema({ start: 0, end: 0 }, 'size', message)
    return false
  }
  const tooDeep = findTooDeep(text)
  if (tooDeep) problems.schema(tooDeep.span, tooDeep.code, tooDeep.message)
  return tooDeep === null
}

// Rounded up, so that a file just over the limit does not read like one at it.
const mebibytes = (bytes: number): string => String(Math.ceil((bytes * 10) / mebibyte) / 10)

function parse(text: string, problems: Problems): Document.Parsed | null {
  let doc: Document.Parsed
  try {
    // Duplicates are found with a Set later (the check of the package compares all pairs), a %YAML directive must not
    // bring YAML 1.1 back, and warnings must not reach the terminal. 'silent' would also hide a second document.
    doc = parseDocument(text, {
      schema,
      uniqueKeys: false,
      logLevel: 'error',
      prettyErrors: false,
    })
  } catch (error) {
    problems.schema({ start: 0, end: 0 }, 'yaml', `Not readable as YAML: ${(error as Error).message}`)
    return null
  }
  for (const error of doc.errors.slice(0, maxSyntaxErrors)) {
    const [start, end] = error.pos
    if (error.code === 'MULTIPLE_DOCS') {
      const line = problems.lines.position(start).line
      problems.schema({ start, end }, 'documents', `Only one document per file; "---" on line ${line} starts a second.`)
    } else {
      problems.schema({ start, end }, 'yaml', sentence(error.message))
    }
  }
  return doc.errors.length > 0 ? null : doc
}

const sentence = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`)
