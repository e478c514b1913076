import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildRequest, builtinCatalog, requestKey, type ModelRequest, type TapeLine } from '@assay/core'
import { readSnapshot, workTree } from '@assay/core/node'
import { chatBody, readChat } from '../core/src/eval/providers/openai-chat.ts'
import { findEndpoint } from '../core/src/node/endpoint.ts'
import { providerIdOf, sideOf } from '../core/src/node/prompt-run.ts'
import { makeDemoRepository } from './demo-repository.ts'

const root = new URL('..', import.meta.url).pathname

/** Asks `count` random recorded requests again and compares the answers; true when all are the same. */
export async function verifyRecorded(url: string, count: number): Promise<boolean> {
  const requests = await recordedRequests()
  const chosen = [...requests].toSorted(() => Math.random() - 0.5).slice(0, count)
  let same = 0
  for (const { line, request } of chosen) {
    const reply = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chatBody(request)),
    })
    const { text } = readChat(await reply.json())
    const isSame = text === line.out
    if (isSame) same += 1
    process.stdout.write(
      `${isSame ? 'same     ' : 'DIFFERENT'} ${line.case} #${line.i} ${line.k.slice(0, 12)}${isSame ? '' : `\n  tape ${JSON.stringify(line.out)}\n  now  ${JSON.stringify(text)}`}\n`,
    )
  }
  process.stdout.write(
    `${same} of ${chosen.length} answers are the same (${requests.length} recorded requests, catalogue ${builtinCatalog.asOf}).\n`,
  )
  return same === chosen.length
}

// A tape holds no requests: they are rendered again from both versions of the samples.
async function recordedRequests(): Promise<{ line: TapeLine; request: ModelRequest }[]> {
  const lines = recordedLines()
  const found: { line: TapeLine; request: ModelRequest }[] = []
  for (const swap of [false, true]) {
    const folder = mkdtempSync(join(tmpdir(), 'assay-verify-'))
    try {
      await makeDemoRepository(folder, { swap })
      const snapshot = await readSnapshot(workTree(folder))
      for (const prompt of snapshot.prompts) {
        const endpoint = findEndpoint(providerIdOf(prompt, snapshot.config), snapshot.config, {}, { ask: 'never' })
        const side = sideOf('head', prompt, endpoint, '2026-11-25')
        for (const c of snapshot.goldens.get(prompt.path)?.set?.cases ?? []) {
          for (let i = 0; i < 17; i += 1) {
            const built = buildRequest(side, c, i)
            const line = built.ok ? lines.get(requestKey(built.request)) : undefined
            if (built.ok && line) {
              found.push({ line, request: built.request })
              lines.delete(line.k)
            }
          }
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  return found
}

function recordedLines(): Map<string, TapeLine> {
  const folder = join(root, 'prompts/tapes')
  const rows = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
  return new Map(rows.map((row) => JSON.parse(row) as TapeLine).map((line) => [line.k, line]))
}
