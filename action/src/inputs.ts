import { join, resolve } from 'node:path'
import { AssayError, command } from '@assay/core'
import type { CheckOptions } from '@assay/core/node'

const choices = {
  gate: ['auto', 'schema', 'golden'],
  'fail-on': ['regression', 'floor', 'lint', 'never'],
  comment: ['on', 'off', 'on-change'],
} as const

/** What the step has under `with:`, checked. */
export type Inputs = {
  /** Commit, branch or tag; null: the base branch of the pull request. */
  base: string | null
  configFile: string
  gate: CheckOptions['gate']
  failOn: CheckOptions['failOn']
  maxCostMicroUsd: number | null
  comment: (typeof choices.comment)[number]
  commentId: string
  /** Login that owns the comment; null: found out by the token. */
  commentAuthor: string | null
  /** Absolute. */
  out: string
  /** null: no API, log and summary only. */
  token: string | null
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads the inputs as the runner passes them: `INPUT_` and the name in capitals with its hyphens kept, empty where the
 * workflow gives none. `required` is not enforced by the runner, so nothing here relies on it.
 * @throws AssayError `usage`
 */
export function readInputs(env: Env, places: { workspace: string; temp: string }): Inputs {
  const given = (name: string): string => (env[`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`] ?? '').trim()
  return {
    base: given('base') || null,
    configFile: configPath(given('config')),
    gate: oneOf('gate', given('gate')),
    failOn: oneOf('fail-on', given('fail-on')),
    maxCostMicroUsd: microDollars(given('max-cost')),
    comment: oneOf('comment', given('comment') || 'on-change'),
    commentId: commentId(given('comment-id')),
    commentAuthor: given('comment-author').replace(/^@/, '') || null,
    out: given('out') === '' ? join(places.temp, 'assay') : resolve(places.workspace, given('out')),
    token: given('github-token') || null,
  }
}

function oneOf<Name extends keyof typeof choices>(name: Name, value: string): (typeof choices)[Name][number] {
  const options: readonly (typeof choices)[Name][number][] = choices[name]
  const found = value === '' ? options[0] : options.find((option) => option === value)
  if (found !== undefined) return found
  const near = closest(value, options)
  throw badInput(`${name}: "${value}" is not one of ${options.join(', ')}.${near ? ` Did you mean "${near}"?` : ''}`)
}

/** The option that begins as the word does, for at least half of it. */
function closest(word: string, options: readonly string[]): string | undefined {
  const shared = (option: string): number => {
    const at = [...option].findIndex((letter, index) => letter !== word[index]?.toLowerCase())
    return at === -1 ? option.length : at
  }
  const [best] = options.toSorted((a, b) => shared(b) - shared(a))
  return best !== undefined && shared(best) * 2 >= word.length && shared(best) > 1 ? best : undefined
}

function microDollars(value: string): number | null {
  if (value === '') return null
  if (!/^\d+(\.\d+)?$/.test(value)) throw badInput(`max-cost: "${value}" is not a number of dollars; write 0.10`)
  return Math.round(Number(value) * 1e6)
}

function configPath(value: string): string {
  const path = value.replace(/^\.\//, '') || 'assay.yaml'
  if (path.startsWith('/') || path.split('/').includes('..'))
    throw badInput(`config: "${value}" is no path below the root of the repository; write assay.yaml`)
  return path
}

function commentId(value: string): string {
  const id = value || 'default'
  if (!/^[a-z0-9-]{1,40}$/.test(id))
    throw badInput(`comment-id: "${value}" is not made of 1 to 40 small letters, digits and hyphens`)
  return id
}

const badInput = (text: string): AssayError =>
  new AssayError('usage', text, {
    hint: `Nothing was asked. The inputs are those of action.yml; the same options: ${command('check --help')}`,
  })
