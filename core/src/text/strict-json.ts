import type { Json } from './json.ts'

/**
 * Reads one JSON value that means the same to every reader: duplicate members and `__proto__` are refused, because
 * two parsers would see two different answers. Text around the value is refused too; nothing is repaired.
 */
export function readStrictJson(text: string): { ok: true; value: Json } | { ok: false; problem: string } {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch {
    return { ok: false, problem: text.trim() === '' ? 'the answer is empty' : 'the answer is not JSON' }
  }
  const doubled = doubledMember(text)
  return doubled === null
    ? { ok: true, value }
    : { ok: false, problem: `member "${doubled}" ${doubled === '__proto__' ? 'is not allowed' : 'appears twice'}` }
}

// Walks text that JSON.parse has accepted: strings are whole, brackets balance.
function doubledMember(text: string): string | null {
  const open: (Set<string> | null)[] = []
  const colon = /\s*:/y
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]/g
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const found = match[0]
    if (found === '{') open.push(new Set())
    else if (found === '[') open.push(null)
    else if (found === '}' || found === ']') open.pop()
    else {
      const members = open.at(-1)
      colon.lastIndex = token.lastIndex
      if (!members || !colon.test(text)) continue
      const name = JSON.parse(found) as string
      if (name === '__proto__' || members.has(name)) return name
      members.add(name)
    }
  }
  return null
}
