import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { builtinCatalog, makeCatalog, retirementId } from '../../../core/src/catalog/catalog.ts'
import snapshot from '../../../core/src/catalog/snapshot.json' with { type: 'json' }

const shutdownOf = (
  id: string,
  provider: string | null,
  channels?: Record<string, string>,
): string | null | undefined => builtinCatalog.retirement(id, provider, channels ? { channels } : {})?.shutdown

describe('retirement', () => {
  it('gives date, precision and replacement of the own channel', () => {
    expect(builtinCatalog.retirement('gpt-4o-2024-11-20', 'openai')).toEqual({
      model: 'gpt-4o-2024-11-20',
      channel: 'openai',
      shutdown: '2027-01-14',
      precision: 'exact',
      replacement: ['gpt-6-luna'],
      after_shutdown: 'error',
    })
    expect(builtinCatalog.asOf).toBe('2026-11-10')
  })

  it('reads the same weights by another clock on another channel', () => {
    const azure = { provider: 'azure', id: 'gpt-4o', model_version: '2024-11-20' }
    expect(shutdownOf(retirementId(azure), 'azure')).toBe('2026-10-01')
    expect(shutdownOf('gpt-4o-2024-11-20', 'openai', { openai: 'azure-foundry' })).toBe('2026-10-01')
    expect(shutdownOf('openai/gpt-4o-2024-11-20', null)).toBe('2027-01-14')
  })

  it('has no date for a channel without the row, never another channel’s', () => {
    expect(shutdownOf('gpt-4o-2024-11-20', 'openrouter')).toBeUndefined()
    expect(shutdownOf('claude-opus-4-1@20250805', 'vertex')).toBeUndefined()
    expect(shutdownOf('my-model', null)).toBeUndefined()
    expect(shutdownOf('gpt-4o-2024-11-20', 'azure'), 'a deployment name is no model').toBeUndefined()
  })

  it('strips region, vendor and version from Bedrock ids', () => {
    expect(shutdownOf('us.anthropic.claude-3-haiku-20240307-v1:0', null)).toBe('2026-09-10')
    expect(shutdownOf('amazon.nova-canvas-v1:0', 'bedrock')).toBe('2026-09-30')
    const arn = 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0'
    expect(shutdownOf(arn, null)).toBe('2026-09-10')
  })

  it('retires a fine-tuned model with its base', () => {
    expect(shutdownOf('ft:gpt-4o-2024-08-06:acme::x', 'openai')).toBe('2027-01-14')
    expect(builtinCatalog.retirement('ft:o4-mini-2025-04-16:acme::x', 'openai')?.model).toBe('ft-o4-mini-2025-04-16')
  })

  it('keeps apart an earliest date and a reroute', () => {
    expect(builtinCatalog.retirement('gemini-2.5-flash', 'vertex')).toMatchObject({ precision: 'earliest' })
    expect(builtinCatalog.retirement('gemini-2.5-pro', null)).toMatchObject({
      channel: 'gemini-api',
      shutdown: '2026-12-01',
      after_shutdown: 'reroute',
      replacement: ['gemini-3.8-flash'],
    })
  })

  it('lets assay.yaml add a date, or hang an id on another', () => {
    const catalog = makeCatalog(snapshot, {
      models: {
        own: { shutdown: '2027-03-01', replacement: 'own-2' },
        fast: { pin: 'gpt-4o-2024-11-20' },
        tuned: { retires_with: 'fast' },
        loop: { retires_with: 'pool' },
        pool: { retires_with: 'loop' },
      },
      channels: { litellm: 'openai' },
    })
    expect(catalog.retirement('own', 'litellm')).toMatchObject({ shutdown: '2027-03-01', replacement: ['own-2'] })
    expect(catalog.retirement('tuned', 'litellm')?.shutdown).toBe('2027-01-14')
    expect(catalog.retirement('loop', 'litellm')).toBeNull()
  })
})

const csv = fileURLToPath(new URL('../../../../shared/data/retirements.csv', import.meta.url))
const table = fileURLToPath(new URL('../../../core/src/catalog/snapshot.json', import.meta.url))
const script = fileURLToPath(new URL('../../../core/scripts/catalog.ts', import.meta.url))

describe('snapshot', () => {
  it.skipIf(!existsSync(csv))(
    'is what the script makes of the rows (skipped without shared/data/retirements.csv)',
    () => {
      const told = execFileSync(process.execPath, [script, csv, '--check'], { encoding: 'utf8' })
      expect(told.trim().split('\n')).toEqual([
        `${snapshot.retirements.length} rows, ${readFileSync(table, 'utf8').length} bytes, as of ${snapshot.as_of}`,
      ])
    },
  )

  it('is sorted, unique and dated, and every channel has a source', () => {
    const keys = snapshot.retirements.map((row) => `${row.channel} ${row.model}`)
    expect(keys).toEqual(keys.toSorted())
    expect(new Set(keys).size).toBe(keys.length)
    for (const row of snapshot.retirements) {
      expect(row.shutdown).toMatch(/^\d{4}-\d{2}-\d{2}$/)
      expect(Object.hasOwn(snapshot.sources, row.channel)).toBe(true)
      expect(row.model, 'a display name matches no id').not.toMatch(/\s/)
    }
  })
})
