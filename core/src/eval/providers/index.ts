import type { Endpoint } from './openai-client.ts'
import { openaiChat } from './openai-chat.ts'
import { openaiResponses } from './openai-responses.ts'
import type { Provider } from './provider.ts'

/** Adapters by the name that assay.yaml gives them. */
export const adapters: Record<Endpoint['settings']['adapter'], (endpoint: Endpoint) => Provider> = {
  chat: openaiChat,
  responses: openaiResponses,
}
