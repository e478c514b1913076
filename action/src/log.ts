import { randomBytes } from 'node:crypto'

/**
 * The log of the step. The runner reads both streams of a step for commands, so everything goes to one of them, and text
 * that strangers wrote never stands where a command could.
 */
export type Log = {
  /** A sentence of our own; what it quotes cannot become a command. */
  say(text: string): void
  /** Text that others wrote: prompts, answers, messages of providers, stack traces. */
  untrusted(text: string): void
  /** Hides a value in the log from here on. */
  mask(value: string): void
  annotate(level: Level, message: string, place?: Place): void
}

export type Level = 'error' | 'warning' | 'notice'

/** Lines and columns count from 1. */
export type Place = {
  title?: string
  file?: string
  line?: number
  endLine?: number
  col?: number
  endColumn?: number
}

// Control and format characters (bidi, zero-width), line and paragraph separators; tab and line feed stay.
// eslint-disable-next-line no-control-regex
const unseen = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Shows what cannot be seen, and breaks up the runner's old command form, which counts anywhere in a line. */
export const printable = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(unseen, (unit) => `\\u${unit.codePointAt(0)!.toString(16).padStart(4, '0')}`)
    .replaceAll('##[', '## [')

/** A log that writes to standard output, or to what a test hands in. */
export function makeLog(write: (text: string) => void = (text) => void process.stdout.write(text)): Log {
  const command = (name: string, properties: string, text: string) => write(`::${name}${properties}::${text}\n`)
  return {
    say: (text) =>
      write(
        `${printable(text)
          .replaceAll('\n', '⏎')
          .replace(/^\s*::/, '│ ::')}\n`,
      ),
    untrusted(text) {
      const token = randomBytes(16).toString('hex')
      const lines = printable(text).trimEnd().split('\n')
      command('stop-commands', '', token)
      write(lines.map((line) => `│ ${line}\n`).join(''))
      write(`::${token}::\n`)
    },
    mask: (value) => command('add-mask', '', escapeText(value)),
    annotate(level, message, place = {}) {
      const properties = Object.entries(place)
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => `${name}=${escapeProperty(printable(String(value)))}`)
      // The runner cuts a message at 4,096 characters, in the middle of anything.
      const text = printable(message)
      const shown = text.length > 4000 ? `${text.slice(0, 4000).toWellFormed()}…` : text
      command(level, properties.length > 0 ? ` ${properties.join(',')}` : '', escapeText(shown))
    },
  }
}

const escapeText = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

const escapeProperty = (text: string): string => escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
