import type { LogOutputChannel } from 'vscode'
import type { Vscode } from './vscode.ts'

/** The output channel "Assay": what went on, never the text of a prompt or an answer. */
export type Log = Pick<LogOutputChannel, 'info' | 'warn' | 'error' | 'show' | 'dispose'>

export const openLog = (vscode: Vscode): Log => vscode.window.createOutputChannel('Assay', { log: true })

/** An error as one line for the log. */
export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
