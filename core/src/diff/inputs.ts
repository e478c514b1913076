import type { Json } from '../text/json.ts'
import { builtInNames } from '../registry/built-in.ts'
import type { InputSpec, PromptFile } from '../registry/prompt-file.ts'
import { placeholders } from '../registry/template.ts'
import { whole } from './field-change.ts'
import type { FieldChange } from './prompt-diff.ts'

/** Changes of what a caller must hand in. Without an `inputs` block every placeholder is a required input. */
export function compareInputs(base: PromptFile, head: PromptFile): FieldChange[] {
  const [before, after] = [inputsOf(base), inputsOf(head)]
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
    compareInput(name, before.get(name), after.get(name)),
  )
}

function inputsOf(prompt: PromptFile): Map<string, InputSpec> {
  if (prompt.inputs) return new Map(Object.entries(prompt.inputs))
  const names = prompt.messages.flatMap(({ template }) =>
    placeholders(template, prompt.templateFormat).filter(({ inSection }) => !inSection),
  )
  return new Map(names.filter(({ name }) => !builtInNames.includes(name)).map(({ name }) => [name, {}]))
}

function compareInput(name: string, before: InputSpec | undefined, after: InputSpec | undefined): FieldChange[] {
  const at = `/inputs/${name}`
  const [a, b] = [before as Json | undefined, after as Json | undefined]
  if (!after)
    return [{ pointer: at, before: a ?? null, after: null, meaning: 'breaking', words: `input ${name} removed` }]
  if (!before) {
    const isRequired = after.required !== false && after.default === undefined
    const words = `${isRequired ? 'required' : 'optional'} input ${name} added`
    return [{ pointer: at, before: null, after: b ?? null, meaning: isRequired ? 'breaking' : 'behaviour', words }]
  }
  const member = (key: keyof InputSpec, meaning: FieldChange['meaning'], words: string): FieldChange[] =>
    whole(`${at}/${key}`, before[key] as Json | undefined, after[key] as Json | undefined, meaning, words)
  const retyped = (['type', 'enum', 'items', 'properties'] as const).flatMap((key) =>
    // A first declaration of what any value could be before writes down how it was used.
    member(key, before[key] === undefined ? 'behaviour' : 'breaking', `${key} of input ${name}`),
  )
  const stricter = before.required === false && after.required !== false
  return [
    ...retyped,
    ...whole(
      `${at}/required`,
      before.required !== false,
      after.required !== false,
      stricter ? 'breaking' : 'behaviour',
      `input ${name} ${stricter ? 'became required' : 'became optional'}`,
    ),
    ...member('default', 'limit', `default of input ${name}`),
    ...member('max_tokens', 'limit', `max_tokens of input ${name}`),
    ...member('untrusted', 'limit', `untrusted of input ${name}`),
    ...member('description', 'note', `description of input ${name}`),
    ...member('sample', 'note', `sample of input ${name}`),
  ]
}
