import { dotprompt } from './dotprompt.ts'
import type { Format } from './format.ts'
import { githubPrompt } from './github-prompt.ts'
import { langfuse } from './langfuse.ts'
import { promptfoo } from './promptfoo.ts'
import { prompty } from './prompty.ts'

/** The formats that are read and written. */
export const formats: readonly Format[] = [githubPrompt, promptfoo, prompty, dotprompt, langfuse]

/** Formats that are planned: a command that names one says so. */
export const plannedFormats: readonly string[] = ['mlflow', 'openai']

/** The formats that a file looks like, by its name and its text; none when it could be any. */
export const formatsOf = (path: string, text: string): Format[] =>
  formats.filter((format) => format.looksLike(path, text))
