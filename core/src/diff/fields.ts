import type { Json, JsonObject } from '../text/json.ts'
import type { ModelRef, PromptFile } from '../registry/prompt-file.ts'
import { whole } from './field-change.ts'
import { compareInputs } from './inputs.ts'
import { foldText } from './lines.ts'
import type { FieldChange, Meaning } from './prompt-diff.ts'
import { compareSchemas } from './schema-change.ts'

/** All differences of two prompts, each with what it means (the table of REGISTRY 7). */
export function compareFields(base: PromptFile, head: PromptFile): FieldChange[] {
  return [
    ...whole('/name', base.name, head.name, 'breaking', 'prompt renamed'),
    ...whole('/model', modelJson(base.model), modelJson(head.model), 'behaviour', 'model'),
    ...members('/parameters', base.parameters, head.parameters, () => 'behaviour'),
    ...messages(base, head),
    ...whole('/template_format', base.templateFormat, head.templateFormat, 'behaviour', 'template_format'),
    ...compareInputs(base, head),
    ...compareSchemas(base.outputSchema, head.outputSchema),
    ...whole('/tools', base.tools, head.tools, 'behaviour', 'tools'),
    ...whole('/tool_choice', base.toolChoice, head.toolChoice, 'behaviour', 'tool_choice'),
    ...whole('/fallbacks', base.fallbacks as Json, head.fallbacks as Json, 'behaviour', 'fallbacks'),
    ...whole('/tiers', base.tiers as Json, head.tiers as Json, 'behaviour', 'tiers'),
    ...members('/limits', base.limits as JsonObject, head.limits as JsonObject, () => 'limit'),
    ...members('/embedding', base.embedding ?? {}, head.embedding ?? {}, embeddingMeaning),
    ...members('/retrieval', base.retrieval ?? {}, head.retrieval ?? {}, () => 'behaviour'),
    ...notes(base, head),
  ]
}

const embeddingMeaning = (key: string): Meaning =>
  key === 'model' || key === 'dimensions' || key === 'revision' ? 'breaking' : 'behaviour'

/** A model as it answers: an accepted alias is the same model. */
function modelJson({ pin: _pin, pin_reason: _reason, ...model }: ModelRef): Json {
  return Object.fromEntries(Object.entries(model).filter(([, value]) => value !== undefined)) as JsonObject
}

function messages(base: PromptFile, head: PromptFile): FieldChange[] {
  const changes: FieldChange[] = []
  for (let index = 0; index < Math.max(base.messages.length, head.messages.length); index += 1) {
    const before = base.messages[index]
    const after = head.messages[index]
    const role = (after ?? before)!.role
    if (before && after && before.role === after.role && before.template === after.template) continue
    const sameText =
      before !== undefined &&
      after !== undefined &&
      before.role === after.role &&
      foldText(before.template) === foldText(after.template)
    changes.push({
      pointer: `/messages/${index}`,
      before: before?.template ?? null,
      after: after?.template ?? null,
      meaning: sameText ? 'limit' : 'behaviour',
      words: sameText ? `white space of ${role}` : role,
    })
  }
  return changes
}

/** What people and the test read; a change here needs no new version. */
function notes(base: PromptFile, head: PromptFile): FieldChange[] {
  const note = (key: string, before: Json | undefined, after: Json | undefined): FieldChange[] =>
    whole(`/${key}`, before, after, 'note', key)
  return [
    ...note('description', base.description, head.description),
    ...note('status', base.status, head.status),
    ...note('owners', base.owners, head.owners),
    ...note('tags', base.tags, head.tags),
    ...note('budget', base.budget, head.budget),
    ...note('rollout', base.rollout, head.rollout),
    ...note('judge', base.judge, head.judge),
    ...note('evals', base.evals as Json, head.evals as Json),
    ...note('gates', base.gates as Json, head.gates as Json),
  ]
}

function members(
  pointer: string,
  before: JsonObject,
  after: JsonObject,
  meaning: (key: string) => Meaning,
): FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => {
    const name = pointer === '/parameters' ? key : `${pointer.slice(1)}.${key}`
    return whole(`${pointer}/${key}`, before[key], after[key], meaning(key), name)
  })
}
