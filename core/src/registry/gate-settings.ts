import { isJsonObject } from '../text/json.ts'
import type { Json, JsonObject } from '../text/json.ts'
import { decimalText } from './decimal.ts'
import type { GateName, GateSettings } from './prompt-file.ts'
import type { Problems } from './problems.ts'
import type { Spans } from './yaml.ts'

export const gateNames: readonly GateName[] = ['schema', 'golden', 'full']

export type GateSource = { text: string; spans: Spans; problems: Problems }

/** The three gates of a `gates` block that has passed its shape. Floors and caps become the decimal text of the file. */
export function readGates(gates: Json | undefined, source: GateSource): Partial<Record<GateName, GateSettings>> {
  const read: Partial<Record<GateName, GateSettings>> = {}
  for (const name of gateNames) {
    const gate = isJsonObject(gates) && Object.hasOwn(gates, name) ? gates[name] : undefined
    if (isJsonObject(gate)) read[name] = readGate(gate, `/gates/${name}`, source)
  }
  return read
}

function readGate(gate: JsonObject, pointer: string, source: GateSource): GateSettings {
  const { floor, max_cost_usd: cost, model, ...rest } = gate
  const settings = rest as GateSettings
  const decimalOf = (value: Json | undefined, key: string): string | undefined => {
    if (typeof value !== 'number') return undefined
    const span = source.spans[`${pointer}/${key}`] ?? { start: 0, end: 0 }
    const text = decimalText(value, source.text.slice(span.start, span.end))
    if (text === null) source.problems.schema(span, 'decimal', `gates.${key} must be a decimal number such as 0.90.`)
    return text ?? undefined
  }
  const floorText = decimalOf(floor, 'floor')
  const costText = decimalOf(cost, 'max_cost_usd')
  if (floorText !== undefined) settings.floor = floorText
  if (costText !== undefined) settings.max_cost_usd = costText
  if (model !== undefined) settings.model = modelText(model)
  return settings
}

/** A gate's model is a proxy named by its id; the object form is written back with its provider in front. */
function modelText(model: Json): string | null {
  if (!isJsonObject(model)) return typeof model === 'string' ? model : null
  return typeof model.provider === 'string' ? `${model.provider}/${String(model.id)}` : String(model.id)
}
