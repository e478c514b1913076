import type { JsonObject } from '../text/json.ts'
import type { PromptFile } from './prompt-file.ts'

/** Inputs that every prompt has without declaring them. */
export const builtInNames: readonly string[] = ['output_schema', 'today']

/** Their values; `output_schema` only where the prompt has one. A case may override them. */
export function builtInInputs(prompt: PromptFile, today: string): JsonObject {
  return prompt.outputSchema === undefined ? { today } : { today, output_schema: prompt.outputSchema }
}
