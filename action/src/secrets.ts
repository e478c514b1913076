import { scrub } from '@assay/core'
import type { Log } from './log.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The secrets of this run: they are hidden in the log, and no surface may show them. */
export type Secrets = {
  /** The environment for core: a key is noted and hidden in the moment it is read. */
  env: Env
  add(value: string): void
  /** A copy of any data with every secret in its texts replaced. Before escaping: an escaped key no longer looks like one. */
  clean<T>(data: T): T
}

export function makeSecrets(env: Env, log: Pick<Log, 'mask'>): Secrets {
  const known = new Set<string>()
  const add = (value: string): void => {
    if (value.trim().length < 4 || known.has(value)) return
    known.add(value)
    for (const form of formsOf(value)) log.mask(form)
  }
  const read = (name: string | symbol): string | undefined => {
    const value = typeof name === 'string' ? env[name] : undefined
    // An address may be asked for as well; to hide it would only make the log unreadable.
    if (value && !String(name).endsWith('_BASE_URL')) add(value)
    return value
  }
  return {
    env: new Proxy(env, { get: (_, name) => read(name) }),
    add,
    clean: (data) =>
      mapTexts(data, (text) =>
        scrub(
          text,
          [...known].flatMap((value) => [value, value.trim()]),
        ),
      ),
  }
}

/** The forms in which a secret can come back: as it is, line by line, in base64, in a URL, in JSON. */
function formsOf(secret: string): Set<string> {
  const lines = secret.split(/\r?\n/).map((line) => line.trim())
  const whole = secret.trim()
  const forms = [
    whole,
    ...lines,
    Buffer.from(whole).toString('base64'),
    encodeURIComponent(whole),
    JSON.stringify(whole).slice(1, -1),
  ]
  return new Set(forms.filter((form) => form.length >= 4))
}

function mapTexts<T>(data: T, change: (text: string) => string): T {
  if (typeof data === 'string') return change(data) as T
  if (Array.isArray(data)) return data.map((item) => mapTexts(item, change)) as T
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [change(name), mapTexts(value, change)])) as T
}
