import { isJsonObject } from '../text/json.ts'
import type { Json } from '../text/json.ts'
import type { Source } from './source.ts'

export type ReadMessage = { role: 'system' | 'user' | 'assistant'; content: string; pointer: string }

const roles = new Set(['system', 'user', 'assistant'])

/** Chat messages `{role, content}`; a `developer` message is a system message. Content parts that are text are joined. */
export const readMessages = (source: Source, pointer: string, messages: Json[]): ReadMessage[] =>
  messages.flatMap((message, index) => readMessage(source, `${pointer}/${index}`, message))

export function readMessage(source: Source, at: string, message: Json): ReadMessage[] {
  const written = isJsonObject(message) ? message['role'] : undefined
  const role = written === 'developer' ? 'system' : written
  if (!isJsonObject(message) || typeof role !== 'string' || !roles.has(role)) {
    source.refuse(
      at,
      `A message needs the role system, user or assistant${typeof written === 'string' ? `, not "${written}"` : ''}.`,
    )
    return []
  }
  if (written === 'developer') source.lose(at, 'The role "developer" is now "system".')
  const content = textOf(message['content'] ?? null)
  if (content === null) {
    source.refuse(at, 'The content must be text: pictures and other parts are not in format 1.')
    return []
  }
  return [{ role: role as ReadMessage['role'], content, pointer: `${at}/content` }]
}

function textOf(content: Json): string | null {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return null
  const texts = content.map((part) => (isJsonObject(part) && part['type'] === 'text' ? part['text'] : null))
  return texts.every((part) => typeof part === 'string') ? texts.join('\n') : null
}
