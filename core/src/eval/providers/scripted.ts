import type { ModelRequest } from '../../tape/exchange.ts'
import type { Provider, Reply } from './provider.ts'

/** Answers from a list (in turn, the last one repeats) or from a function. For tests, ours and the users'. */
export function scripted(
  answers: readonly (string | Partial<Reply>)[] | ((request: ModelRequest) => string | Partial<Reply>),
  adapter = 'openai.chat/1',
): Provider {
  let turn = 0
  const next = (request: ModelRequest): string | Partial<Reply> => {
    if (typeof answers === 'function') return answers(request)
    const answer = answers[Math.min(turn, answers.length - 1)]
    turn += 1
    return answer ?? ''
  }
  return {
    id: 'scripted',
    adapter,
    async complete(request, { signal }) {
      signal.throwIfAborted()
      const answer = next(request)
      const reply: Reply = {
        text: '',
        toolCalls: [],
        responseModel: request.model,
        fingerprint: null,
        finish: 'stop',
        usage: null,
      }
      return { ...reply, ...(typeof answer === 'string' ? { text: answer } : answer) }
    },
  }
}
