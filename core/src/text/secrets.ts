/** Shapes of secrets. Lint names them, the tape refuses them, shells scrub them. */
const shapes: { kind: string; pattern: RegExp }[] = [
  { kind: 'Anthropic key', pattern: /\bsk-ant-[A-Za-z0-9_-]{20,}/ },
  { kind: 'OpenAI key', pattern: /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}/ },
  { kind: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/ },
  { kind: 'GitHub token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{30,})/ },
  { kind: 'Google key', pattern: /\bAIza[A-Za-z0-9_-]{35}/ },
  { kind: 'Slack token', pattern: /\bxox[abeprs]-[A-Za-z0-9-]{10,}/ },
  { kind: 'JSON Web Token', pattern: /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/ },
  { kind: 'private key', pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/ },
  { kind: 'bearer token', pattern: /\bBearer [A-Za-z0-9._~+/-]{20,}=*/ },
]

/** A secret's kind and place; `shown` is what may be printed of it. */
export type Secret = { kind: string; start: number; length: number; shown: string }

/** The first secret shape in a text, or null. `refuse` adds a project's own patterns (linear-time engines only). */
export function findSecret(text: string, refuse: readonly { kind: string; pattern: RegExp }[] = []): Secret | null {
  for (const { kind, pattern } of [...shapes, ...refuse]) {
    const match = pattern.exec(text)
    if (match) {
      return {
        kind,
        start: match.index,
        length: match[0].length,
        shown: `${match[0].slice(0, 4)}…, ${match[0].length} characters`,
      }
    }
  }
  return null
}

// Most texts hold nothing that even begins like a secret.
const hint = /sk-|AKIA|ASIA|gh[pousr]_|github_pat_|AIza|xox|eyJ|-----BEGIN|Bearer /
const everywhere = shapes.map(({ pattern }) => new RegExp(pattern.source, 'g'))

/** Replaces every secret shape and every given value by `***`. For texts of providers and errors, never for answers. */
export function scrub(text: string, secrets: readonly string[] = []): string {
  let result = text
  for (const secret of secrets.filter((value) => value.length >= 4).toSorted((a, b) => b.length - a.length)) {
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), btoaSafe(secret)]) {
      result = result.replaceAll(form, '***')
    }
  }
  return hint.test(result) ? everywhere.reduce((text, pattern) => text.replace(pattern, '***'), result) : result
}

/** Every text inside a value scrubbed; the value keeps its shape. What a shell shows or stores goes through this once. */
export function scrubDeep<T>(value: T, secrets: readonly string[] = []): T {
  if (typeof value === 'string') return (value.length < shortestSecret ? value : scrub(value, secrets)) as T
  if (Array.isArray(value)) return value.map((item) => scrubDeep(item, secrets) as unknown) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, scrubDeep(item as unknown, secrets)]),
  ) as T
}

const shortestSecret = 4

const btoaSafe = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)))
