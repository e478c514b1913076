/**
 * Writes core/docs/rules.md from the rules and their fixtures: what a rule checks, an example that breaks it, what lint says
 * and what the fix changes.
 *
 *     node --conditions=assay-source core/scripts/rule-docs.ts [--check]
 *
 * `--check` writes nothing and exits 1 when the page would change.
 */
import { diffLines } from 'diff'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Rule } from '../src/lint/rule.ts'
import { rules } from '../src/lint/rules/index.ts'
import { visible } from '../src/text/escape.ts'
import { ruleAnchor } from '../src/text/rule-url.ts'
import { writeGenerated } from './generated.ts'

/** A fixture as the page shows it. `files` are the prompt and what the finding stands in. */
export type Example = { files: { name: string; text: string }[]; said: string[]; fixed: string | null }

const fixtures = new URL('../../test/fixtures/lint/', import.meta.url).pathname

/** The most telling fixture of a rule: one that is fixed before one that is not; null when none makes it speak. */
export function exampleOf(id: string, folder: string = join(fixtures, id)): Example | null {
  if (!existsSync(folder)) return null
  const names = readdirSync(folder).toSorted()
  const read = (name: string): string | null => (names.includes(name) ? readFileSync(join(folder, name), 'utf8') : null)
  const found = names
    .filter((name) => /^[^.]+\.(?:yaml|py|ts|js)$/.test(name))
    .flatMap((name) => {
      const stem = name.replace(/\.\w+$/, '')
      const said = (read(`${stem}.out`) ?? '').split('\n').filter((each) => each.includes(`  ${id}  `))
      if (said.length === 0) return []
      const beside = names.filter((other) => other.startsWith(`${stem}.golden.`) && said[0]!.startsWith(other))
      const files = [name, ...beside].map((each) => ({ name: each, text: read(each)! }))
      return [{ files, said, fixed: read(`${stem}.fixed`) }]
    })
  return found.find(({ fixed }) => fixed !== null) ?? found[0] ?? null
}

/** The page. The table and each section come from the rule alone, so that a new rule is on it by itself. */
export function rulesPage(list: readonly Rule[], example: (id: string) => Example | null = exampleOf): string {
  const sorted = list.toSorted(({ meta: a }, { meta: b }) => (a.id < b.id ? -1 : 1))
  const row = ({ meta }: Rule): string =>
    `| [${meta.id}](#${ruleAnchor(meta.id)}) | ${meta.severity} | ${meta.summary} | ${fixWords(meta)} |`
  return `<!-- Made by core/scripts/rule-docs.ts from the rules and their fixtures: npm run docs:rules -->

# Rules

What \`assay lint\` checks. Severities are defaults: \`lint.rules\` of assay.yaml changes one rule or a folder
(\`model/*: warning\`), \`--rule ID=off\` does so for one run. A comment \`# assay-ignore model/preview: pilot until March\`
at the end of a line, or alone above it, silences a rule there; it needs a reason of ten characters.

| rule | severity | what holds | fix |
|---|---|---|---|
${sorted.map(row).join('\n')}

${sorted.map((rule) => section(rule, example(rule.meta.id))).join('\n')}`
}

const fixWords = ({ fixable }: Rule['meta']): string => (fixable ? 'yes' : '')

const looksAt: Record<Rule['meta']['on'], string> = {
  prompt: 'prompt files',
  golden: 'golden sets',
  registry: 'all prompts together',
  source: 'source code',
  file: 'every file that Assay reads',
}

function section({ meta }: Rule, example: Example | null): string {
  const facts = `Default: ${meta.severity}. Looks at ${looksAt[meta.on]}.`
  return `<a id="${ruleAnchor(meta.id)}"></a>

## ${meta.id}

${meta.summary}

${facts}
${example ? exampleText(example) : ''}`
}

function exampleText({ files, said, fixed }: Example): string {
  const blocks = files.map(({ name, text }) => block(name.split('.').at(-1)!, withoutSettings(text)))
  const fix = fixed === null ? '' : `\nFixed:\n\n${block('diff', changes(files[0]!.text, fixed))}`
  return `
${blocks.join('\n')}
${block('text', said.join('\n'))}${fix}`
}

const block = (info: string, text: string): string =>
  `\`\`\`\`${info}\n${visible(text.replaceAll('\r\n', '\n')).trimEnd()}\n\`\`\`\`\n`

/** The comments of a fixture that set up its test say nothing to a reader. */
const withoutSettings = (text: string): string =>
  text.replace(/^(?:# (?:path|beside|today|base cases): .*\r?\n|# no golden set\r?\n)+/, '')

/** The lines that a fix takes out and puts in. */
const changes = (before: string, after: string): string =>
  diffLines(before, after)
    .filter(({ added, removed }) => added || removed)
    .flatMap(({ added, value }) =>
      value
        .replace(/\r?\n$/, '')
        .split('\n')
        .map((each) => `${added ? '+' : '-'} ${each.trimEnd()}`),
    )
    .join('\n')

if (import.meta.main) writeGenerated({ 'core/docs/rules.md': rulesPage(rules) }, process.argv.includes('--check'))
