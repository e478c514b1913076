/** A line of output that the runner takes for a command. */
export interface WorkflowCommand {
  name: string
  properties: Record<string, string>
  message: string
}

export interface Annotation {
  level: 'error' | 'warning' | 'notice'
  message: string
  title?: string
  file?: string
  line?: number
  endLine?: number
  col?: number
  endColumn?: number
}

/** What the runner listens to; a line with any other name is plain text. */
const known = new Set(
  (
    'error warning notice debug group endgroup echo add-mask add-matcher remove-matcher ' +
    'set-output save-state set-env add-path stop-commands'
  ).split(' '),
)

/**
 * Finds the commands in lines of output. One parser for both streams of a step, as in the runner: a
 * `::stop-commands::word` on one silences the other too, until `::word::`.
 */
export function commandParser(): (line: string) => WorkflowCommand | null {
  let stopped: string | null = null
  return (line) => {
    if (stopped !== null) {
      if (line.trimStart().startsWith(`::${stopped}::`)) stopped = null
      return null
    }
    const command = parse(line)
    if (!command || !known.has(command.name)) return null
    if (command.name === 'stop-commands') stopped = command.message
    return command
  }
}

function parse(line: string): WorkflowCommand | null {
  // From the start of the line `::name key=value,…::message`, or anywhere in it `##[name key=value;…]message`, the old form.
  const now = /^\s*::([^\s:]+)(?: ((?:(?!::).)*))?::(.*)$/.exec(line)
  if (now) return build(now, ',', [...breaks, ['%3A', ':'], ['%2C', ','], percent], [...breaks, percent])
  const old = /##\[([^\s\]]+)(?: ([^\]]*))?\](.*)$/.exec(line)
  const codes: Codes = [...breaks, ['%5D', ']'], ['%3B', ';']]
  return old ? build(old, ';', codes, codes) : null
}

type Codes = [code: string, letter: string][]
const breaks: Codes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
]
const percent: Codes[number] = ['%25', '%']

function build(
  [, name = '', list = '', text = '']: string[],
  separator: string,
  inValue: Codes,
  inText: Codes,
): WorkflowCommand {
  const properties = list.split(separator).flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=')
    return at < 1 ? [] : [[pair.slice(0, at).trim(), decode(pair.slice(at + 1).trim(), inValue)]]
  })
  return { name: name.toLowerCase(), properties: Object.fromEntries(properties), message: decode(text, inText) }
}

const decode = (text: string, codes: Codes) => codes.reduce((all, [code, letter]) => all.replaceAll(code, letter), text)

export function annotationsOf(commands: WorkflowCommand[]): Annotation[] {
  return commands.flatMap(({ name, properties, message }) => {
    if (name !== 'error' && name !== 'warning' && name !== 'notice') return []
    const { title, file } = properties
    const numbers = ['line', 'endLine', 'col', 'endColumn'].filter((key) => key in properties)
    const places = Object.fromEntries(numbers.map((key) => [key, Number(properties[key])]))
    return [
      {
        level: name,
        message,
        ...(title === undefined ? {} : { title }),
        ...(file === undefined ? {} : { file }),
        ...places,
      },
    ]
  })
}

/** Reads a file like that of GITHUB_OUTPUT: `name=value`, or `name<<WORD`, lines and `WORD`. Throws where the runner fails. */
export function readEnvFile(text: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = text.split(/\r?\n/)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      values[line.slice(0, equals)] = line.slice(equals + 1)
      continue
    }
    if (heredoc < 1) throw new Error(`Invalid format "${line}"`)
    const word = line.slice(heredoc + 2)
    const end = lines.indexOf(word, at + 1)
    if (word === '' || end === -1) throw new Error(`Matching delimiter not found "${word}"`)
    values[line.slice(0, heredoc)] = lines.slice(at + 1, end).join('\n')
    at = end
  }
  return values
}
