import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { builtinCatalog, makeCatalog } from '../../../core/src/catalog/catalog.ts'
import snapshot from '../../../core/src/catalog/snapshot.json' with { type: 'json' }
import { pinCases } from './pin-cases.ts'

const shared = new URL('../../../../shared/data/pin-cases.csv', import.meta.url)
const rows = existsSync(shared) ? readFileSync(shared, 'utf8').trim().split('\n').slice(1) : []

describe('classify', () => {
  it.skipIf(rows.length === 0)(`agrees with every shared case (skipped without ${shared.pathname.slice(-25)})`, () => {
    expect(rows).toHaveLength(50)
    const got = rows.map((row) => {
      const id = row.slice(0, row.indexOf(','))
      const { provider, verdict, pins } = builtinCatalog.classify(id)
      return [id, provider, verdict, pins.join('|')].join(',')
    })
    expect(got).toEqual(rows)
  })

  it.each(pinCases)('%s (%s) is %s', (id, provider, verdict, pins) => {
    const got = builtinCatalog.classify(id, provider === undefined ? {} : { provider })
    expect({ verdict: got.verdict, pins: got.pins.join('|') }).toEqual({ verdict, pins })
  })

  it('pins an Azure deployment only when its version cannot upgrade by itself', () => {
    const model = { provider: 'azure', id: 'gpt-4o', deployment: 'contracts', model_version: '2024-11-20' }
    expect(builtinCatalog.classify('gpt-4o', { model })).toMatchObject({
      verdict: 'opaque',
      pins: ['+version_upgrade_option'],
    })
    const fixed = { ...model, version_upgrade_option: 'NoAutoUpgrade' }
    expect(builtinCatalog.classify('gpt-4o', { model: fixed })).toEqual({
      provider: 'azure',
      verdict: 'pinned',
      pins: [],
    })
  })

  it('takes digest and revision from the object form', () => {
    const digest = { provider: 'acme', id: 'tiny', digest: `sha256:${'a'.repeat(64)}` }
    expect(builtinCatalog.classify('tiny', { model: digest }).verdict).toBe('pinned')
    const revision = { provider: 'hf', id: 'meta-llama/Llama-3.1-8B', revision: 'a'.repeat(40) }
    expect(builtinCatalog.classify('meta-llama/Llama-3.1-8B', { model: revision }).verdict).toBe('pinned')
    const short = { ...revision, revision: 'abc1234' }
    expect(builtinCatalog.classify('meta-llama/Llama-3.1-8B', { model: short }).verdict).toBe('moving')
  })

  it('reads a gateway alias through the entry of assay.yaml', () => {
    const catalog = makeCatalog(snapshot, {
      models: {
        'contracts-fast': { pin: 'gpt-4o-mini-2024-07-18' },
        loose: { pin: 'gpt-4o' },
        'gpt-6-luna': { pin: 'gpt-6-luna' },
        sized: { context: 8000 },
      },
    })
    const verdictOf = (id: string): string => catalog.classify(id, { provider: 'litellm' }).verdict
    expect(catalog.classify('contracts-fast', { provider: 'litellm' })).toEqual({
      provider: 'litellm',
      verdict: 'pinned',
      pins: [],
    })
    expect(verdictOf('loose')).toBe('alias')
    expect(catalog.classify('gpt-6-luna').verdict).toBe('pinned')
    expect(verdictOf('sized')).toBe('unknown')
    expect(verdictOf('toString')).toBe('unknown')
  })

  it('suggests only ids that are pinned themselves', () => {
    const pins = Object.values<Record<string, string[]>>(snapshot.pins).flatMap((table) => Object.values(table).flat())
    expect(pins.filter((pin) => builtinCatalog.classify(pin).verdict !== 'pinned')).toEqual([])
  })
})
