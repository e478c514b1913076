import type { GoldenSet } from '../registry/golden.ts'
import { readYaml } from '../registry/yaml.ts'
import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import type { ExportGolden } from './format.ts'
import { defined, list, object } from './source.ts'

/** A golden set for an export: as its file has it where that is YAML (`x-*` keys, files, defaults apart), else its cases. */
export function exportGolden(set: GoldenSet, text: string): ExportGolden {
  const read = set.format === 'yaml' ? readYaml(set.path, text) : null
  if (read?.ok && isJsonObject(read.value)) {
    const extra = Object.fromEntries(Object.entries(read.value).filter(([key]) => key.startsWith('x-')))
    return {
      set,
      extra,
      cases: list(read.value['cases']).filter(isJsonObject),
      defaults: object(read.value['defaults']),
    }
  }
  const cases = set.cases.map(({ id, vars, expected, assertions }): JsonObject =>
    defined({ id, vars, expected, assertions: assertions.length > 0 ? assertions.map(assertionOf) : undefined }),
  )
  return { set, extra: {}, cases, defaults: {} }
}

const assertionOf = ({ scorer, name, negate, options }: GoldenSet['cases'][number]['assertions'][number]): Json =>
  defined({ type: scorer, name: name === scorer ? undefined : name, ...options, negate: negate || undefined })
