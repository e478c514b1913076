/** What went wrong in the world around a run; bad input is a Finding, not an error. */
export type ErrorCode =
  | 'usage'
  | 'config'
  | 'golden'
  | 'git'
  | 'no-base'
  | 'io'
  | 'provider-auth'
  | 'provider-rejected'
  | 'provider-unavailable'
  | 'tape-secret'
  | 'json'
  | 'internal'

/** An error with a sentence and a way out. The shells print message and hint, and exit with 2. */
export class AssayError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly place: { path: string; line: number; column: number } | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown; place?: { path: string; line: number; column: number } } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'AssayError'
    this.code = code
    this.hint = options.hint
    this.place = options.place
  }
}
