import { providerId } from '../registry/model-id.ts'
import type { ModelRef } from '../registry/prompt-file.ts'
import { matchRule, pinRules, type PinVerdict } from './pin-rules.ts'
import { bedrockArn, modelOfArn, openrouterRoute, resolveId } from './provider.ts'

export type { PinVerdict } from './pin-rules.ts'

/** Who is asked, what the id says about the weights, and what to write instead; `+field` means "add this field". */
export type Classified = { provider: string | null; verdict: PinVerdict; pins: string[] }

/** Aliases with the fixed ids they serve (the first one today's), and ids that are the only build of their name. */
export type PinTables = {
  pins: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  sole: Readonly<Record<string, readonly string[]>>
}

type Decision = { verdict: PinVerdict; pins: readonly string[] }

const unknown: Decision = { verdict: 'unknown', pins: [] }
const pinned: Decision = { verdict: 'pinned', pins: [] }

/** The classification table of REGISTRY 5, first match wins. */
export function classifyId(
  text: string,
  tables: PinTables,
  o: { provider?: string; model?: ModelRef } = {},
): Classified {
  const { provider, id, prefix } = resolveId(text, o.model?.provider ?? o.provider)
  const { verdict, pins } = hasDigest(id, o.model) ? pinned : decide(provider, id, tables, o.model)
  return { provider, verdict, pins: pins.map((pin) => (pin.startsWith('+') ? pin : prefix + pin)) }
}

/** A content digest names the weights, whoever serves them. */
const hasDigest = (id: string, model?: ModelRef): boolean =>
  /@sha256:[0-9a-f]{64}$/.test(id) || /^(?:sha256:)?[0-9a-f]{12,64}$/.test(model?.digest ?? '')

function decide(provider: string | null, id: string, tables: PinTables, model?: ModelRef): Decision {
  switch (provider) {
    case null:
      return unknown
    case 'azure':
      return ofDeployment(model)
    case 'openrouter':
      return ofRoute(id, tables)
    case 'bedrock':
      return bedrockArn.test(id) ? ofArn(id, tables) : byRules('bedrock', id, tables)
    case 'vertex':
      return id.startsWith('claude') ? ofClaudeOnVertex(id, tables) : byRules('google', id, tables)
    case 'hf':
    case 'vllm':
      return /^[0-9a-f]{40}$/.test(model?.revision ?? '') ? pinned : byRules(provider, id, tables)
    default:
      return byRules(provider, id, tables)
  }
}

function byRules(provider: string, id: string, tables: PinTables): Decision {
  const rule = Object.hasOwn(pinRules, provider) ? matchRule(pinRules[provider]!, id) : undefined
  const served = aliasTarget(provider, id, tables)
  if (rule) {
    const wantsPin = rule.verdict === 'alias' || rule.verdict === 'moving' || rule.verdict === 'preview'
    return { verdict: rule.verdict, pins: wantsPin ? (served ?? (rule.pin ? [rule.pin(id)] : [])) : [] }
  }
  if (served) return { verdict: 'alias', pins: served }
  return Object.hasOwn(tables.sole, provider) && tables.sole[provider]!.includes(id) ? pinned : unknown
}

/** The fixed ids behind an alias. Claude's `-latest` serves what its undated name serves; no other provider says so. */
function aliasTarget(provider: string, id: string, tables: PinTables): readonly string[] | undefined {
  const table = Object.hasOwn(tables.pins, provider) ? tables.pins[provider]! : {}
  const name = provider === 'anthropic' ? id.replace(/-latest$/, '') : id
  return Object.hasOwn(table, name) ? table[name] : undefined
}

/** A deployment name says nothing, even one that looks like a snapshot: its owner can put another model behind it. */
function ofDeployment(model?: ModelRef): Decision {
  if (!model?.model_version) return { verdict: 'opaque', pins: ['+model_version'] }
  if (model.version_upgrade_option !== 'NoAutoUpgrade') return { verdict: 'opaque', pins: ['+version_upgrade_option'] }
  return pinned
}

/** `vendor/model` is judged as the vendor's own id; a route that OpenRouter decides, or a name that moves, is neither. */
function ofRoute(id: string, tables: PinTables): Decision {
  if (openrouterRoute.test(id) || id.endsWith('-latest')) return { verdict: 'moving', pins: [] }
  const [, vendor, model] = /^([^/]+)\/(.+)$/.exec(id) ?? []
  if (!vendor || !model) return unknown
  const provider = providerId(vendor)
  // OpenRouter writes claude-opus-4.8 for claude-opus-4-8.
  const own = provider === 'anthropic' ? model.replace(/(\d)\.(\d)/g, '$1-$2') : model
  const { verdict, pins } = byRules(provider, own, tables)
  return { verdict, pins: pins.map((pin) => (pin.startsWith('+') ? pin : `${vendor}/${pin}`)) }
}

/** An ARN that ends in a model id is as good as that id; a profile or a provisioned throughput can be pointed elsewhere. */
function ofArn(arn: string, tables: PinTables): Decision {
  const model = modelOfArn(arn)
  return model ? byRules('bedrock', model, tables) : { verdict: 'opaque', pins: ['+inference_profile'] }
}

/** Vertex writes `claude-opus-4-1@20250805` for Anthropic's `claude-opus-4-1-20250805`. */
function ofClaudeOnVertex(id: string, tables: PinTables): Decision {
  const { verdict, pins } = byRules('anthropic', id.replace(/@(?:latest|default)$/, '-latest'), tables)
  return { verdict, pins: pins.map((pin) => pin.replace(/-(\d{8})$/, '@$1')) }
}
