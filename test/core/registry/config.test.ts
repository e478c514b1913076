import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configError, defaultConfig, gatesOf, limitsOf, parseConfig } from '../../../core/src/registry/config.ts'
import type { Config } from '../../../core/src/registry/config.ts'
import { decimalText, microUsd, needOf } from '../../../core/src/registry/decimal.ts'

function configOf(text: string): Config {
  const parsed = parseConfig('assay.yaml', text)
  if (!parsed.ok) throw new Error(parsed.findings.map(configError).join('\n'))
  return parsed.config
}

test('an empty file is all defaults', () => {
  expect(configOf('')).toEqual(defaultConfig)
  expect(configOf('# nothing yet\nversion: 1\n')).toEqual(defaultConfig)
})

test('objects merge, lists replace, floors and caps keep their text', () => {
  const config = configOf(
    'defaults: { limits: { timeout_ms: 5 } }\ngates: { golden: { floor: 0.905, max_cost_usd: 0.50 }, full: { branches: [main] } }\nrun: { max_cost_usd: 1.10 }\n',
  )
  expect(config.defaults.limits).toEqual({ max_input_tokens: 8000, timeout_ms: 5, on_overflow: 'reject' })
  expect(config.gates.golden).toMatchObject({ floor: '0.905', max_cost_usd: '0.50', min_cases: 25, max_cases: 50 })
  expect(config.gates.full.branches).toEqual(['main'])
  expect(config.run.max_cost_usd).toBe('1.10')
})

test('a prompt goes over the config', () => {
  const gates = gatesOf({ gates: { golden: { floor: '0.5' } } }, defaultConfig)
  expect(gates.golden).toEqual({ ...defaultConfig.gates.golden, floor: '0.5' })
  expect(gates.full).toEqual(defaultConfig.gates.full)
  expect(limitsOf({ limits: { max_input_tokens: 9 } }, defaultConfig)).toMatchObject({
    max_input_tokens: 9,
    timeout_ms: 30_000,
  })
})

describe('a bad file stops everything', () => {
  test.each([
    ['version: 1\nprompts: [a]\n\n\n\n\ngate: 1', 'assay.yaml:7:1: unknown key "gate". Did you mean "gates"?'],
    ['gates: { golden: { florr: 1 } }', 'assay.yaml:1:20: unknown key "florr". Did you mean "floor"?'],
    [
      'lint: { rules: { a: fatal } }',
      'assay.yaml:1:21: lint.rules.a must be one of "error", "warning", "info", "off", not "fatal".',
    ],
    ['gates: { golden: { floor: 1.5 } }', 'assay.yaml:1:27: gates.golden.floor must be at most 1.'],
    ['- a', 'assay.yaml:1:1: assay.yaml must be a map, not a list.'],
    ['version: 2', 'assay.yaml:1:10: version must be one of 1.'],
  ])('%j', (text, message) => {
    const parsed = parseConfig('assay.yaml', text)
    expect(parsed.ok).toBe(false)
    expect(parsed.findings.map(configError)).toEqual([message])
  })
})

test('providers and models are kept as written', () => {
  const config = configOf(
    'providers: { local: { base_url: "http://localhost:1/v1", adapter: chat } }\nmodels: { contracts-fast: { pin: gpt-4o-mini-2024-07-18 } }\n',
  )
  expect(config.providers).toEqual({ local: { base_url: 'http://localhost:1/v1', adapter: 'chat' } })
  expect(config.models).toEqual({ 'contracts-fast': { pin: 'gpt-4o-mini-2024-07-18' } })
})

describe('decimals', () => {
  test('no float rounds a floor or a cap', () => {
    expect(needOf('0.55', 100)).toBe(55)
    expect(needOf('0.07', 100)).toBe(7)
    expect(needOf('0.905', 50)).toBe(46)
    expect(needOf('0.90', 50)).toBe(45)
    expect(needOf('1', 7)).toBe(7)
    expect(needOf('0', 7)).toBe(0)
    expect(microUsd('0.10')).toBe(100_000)
    expect(microUsd('2')).toBe(2_000_000)
    expect(microUsd('0.0000019')).toBe(1)
  })

  test('other spellings of a number become decimal text', () => {
    expect(decimalText(0.9, '9e-1')).toBe('0.9')
    expect(decimalText(5, '5.')).toBe('5')
    expect(decimalText(0.9, '0.90')).toBe('0.90')
  })

  test('the need is the smallest count that keeps the floor', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(2000), (thousandths, n) => {
        const need = needOf((thousandths / 1000).toFixed(3), n)
        return need * 1000 >= thousandths * n && (need - 1) * 1000 < thousandths * n
      }),
    )
  })
})

test('never throws', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('gates', 'golden', 'floor', ':', ' ', '\n', '{', '}', '0.9', 'lint', '-', '"', '1e400'),
      }),
      (text) => {
        parseConfig('assay.yaml', text)
      },
    ),
    { numRuns: 1000 },
  )
})
