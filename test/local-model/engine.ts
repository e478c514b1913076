import { getLlama, LlamaGrammarEvaluationState, LlamaLogLevel, type LlamaGrammar, type Token } from 'node-llama-cpp'
import manifest from './package.json' with { type: 'json' }
import { renderChat } from './chat-template.ts'
import { model as pinned } from './model.ts'
import { BadRequest, type AnswerFormat, type ChatRequest } from './request.ts'

export type ModelAnswer = { text: string; finish: 'stop' | 'length'; promptTokens: number; completionTokens: number }

export type Engine = { runtime: string; answer(request: ChatRequest): Promise<ModelAnswer>; dispose(): Promise<void> }

/** Loads the model for the processor. Nothing is compiled or downloaded here: only the ready-made library is used. */
export async function loadEngine(modelPath: string): Promise<Engine> {
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: LlamaLogLevel.error })
  const model = await llama.loadModel({ modelPath })
  const template = pinned.chatTemplate ?? model.fileInfo.metadata.tokenizer.chat_template
  if (template === undefined) throw new Error(`${pinned.fileName} holds no chat template and model.ts names none.`)

  function tokenize(request: ChatRequest): Token[] {
    const special = { bos: model.tokens.bosString ?? '', eos: model.tokens.eosString ?? '' }
    return renderChat(template!, request.messages, special).flatMap(({ text, from }) =>
      model.tokenize(text, from === 'template'),
    )
  }

  async function grammarFor(format: AnswerFormat): Promise<LlamaGrammar | undefined> {
    if (format.type === 'text') return undefined
    if (format.type === 'json_object') return llama.getGrammarFor('json')
    return llama.createGrammarForJsonSchema(format.schema as Parameters<typeof llama.createGrammarForJsonSchema>[0])
  }

  async function answer(request: ChatRequest): Promise<ModelAnswer> {
    const prompt = tokenize(request)
    if (prompt.length + request.maxTokens > pinned.contextSize) {
      const sizes = `${prompt.length} tokens of prompt and ${request.maxTokens} of answer do not fit the context of ${pinned.contextSize}.`
      throw new BadRequest('messages', sizes)
    }
    const grammar = await grammarFor(request.format)
    // A new context for each request: what a cache keeps of an earlier prompt changes how the next one is split into batches, and with it
    // the last bits of the numbers.
    const context = await model.createContext({
      contextSize: pinned.contextSize,
      threads: pinned.threads,
      flashAttention: false,
    })
    try {
      const written: Token[] = []
      let text = ''
      for await (const token of context.getSequence().evaluate(prompt, {
        temperature: request.temperature,
        topP: request.topP,
        seed: request.seed,
        grammarEvaluationState: grammar && new LlamaGrammarEvaluationState({ model, grammar }),
        yieldEogToken: true,
      })) {
        written.push(token)
        const counts = { promptTokens: prompt.length, completionTokens: written.length }
        if (model.isEogToken(token)) return { text, finish: 'stop', ...counts }
        text = model.detokenize(written)
        const end = grammar ? endOfJson(text) : endAtStop(text, request.stop)
        if (end !== undefined) return { text: text.slice(0, end), finish: 'stop', ...counts }
        if (written.length >= request.maxTokens) return { text, finish: 'length', ...counts }
      }
      return { text, finish: 'length', promptTokens: prompt.length, completionTokens: written.length }
    } finally {
      await context.dispose()
    }
  }

  return {
    runtime: `node-llama-cpp-${manifest.dependencies['node-llama-cpp']}-${llama.llamaCppRelease.release}`,
    answer,
    async dispose() {
      await model.dispose()
      await llama.dispose()
    },
  }
}

/** Where the first stop text begins. */
function endAtStop(text: string, stop: readonly string[]): number | undefined {
  const found = stop.map((mark) => text.indexOf(mark)).filter((index) => index >= 0)
  return found.length > 0 ? Math.min(...found) : undefined
}

/** The length of a finished JSON value. The grammar goes on with line breaks after the value; they are no part of the answer. */
function endOfJson(text: string): number | undefined {
  const value = text.trimEnd()
  if (value.length === text.length && !/[}\]"]$/.test(value)) return undefined
  try {
    JSON.parse(value)
    return value.length
  } catch {
    return undefined
  }
}
