import { requestKey } from '../../tape/key.ts'
import { toAnswer } from '../../tape/line.ts'
import type { TapeStore } from '../../tape/store.ts'
import { ProviderFault, type Provider } from './provider.ts'

/** Answers from a tape; what was never recorded is a `missing` fault. */
export const replay = (tape: TapeStore, adapter = 'openai.chat/1'): Provider => ({
  id: 'replay',
  adapter,
  async complete(request) {
    const line = await tape.get(requestKey(request))
    if (!line) throw new ProviderFault('missing', 'No recorded answer for this request.')
    return toAnswer(line, 'recorded')
  },
})
