/** What the command gets from the process, so that tests can hand in their own. */
export type World = {
  cwd: string
  env: Readonly<Record<string, string | undefined>>
  out(text: string): void
  err(text: string): void
  isTerminal: boolean
  errIsTerminal: boolean
  columns: number
  now(): number
  /** Aborted by the first SIGINT: ask nothing more, write what is there. */
  signal: AbortSignal
  /** Asks a yes or no question on a terminal. */
  confirm(question: string): Promise<boolean>
}

/** Options that every command takes. */
export type GlobalOptions = {
  config?: string
  cwd?: string
  format: string
  out?: string
  color: 'auto' | 'always' | 'never'
  quiet?: boolean
  verbose?: boolean
  today?: string
}
