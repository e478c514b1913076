import { AssayError } from '../../errors.ts'
import { bumpOf } from '../../changelog/bump.ts'
import { draftChange } from '../../changelog/draft.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { pricedId } from '../../catalog/price.ts'
import { tokenCounter } from '../../catalog/tokens.ts'
import { diffPrompts } from '../../diff/prompt-diff.ts'
import { findChanges, type Change } from '../../node/changes.ts'
import { findBase } from '../../node/repository.ts'
import { readSnapshot } from '../../node/snapshot.ts'
import type { ModelRef } from '../../registry/prompt-file.ts'
import { render } from '../../registry/render.ts'
import { line, visible } from '../../text/escape.ts'
import { catalogOf, openProject, openSnapshot } from '../open.ts'
import { emit, json } from '../output.ts'
import type { GlobalOptions, World } from '../world.ts'

/** `assay diff`: what changed in the prompts, in words, and which version it needs. */
export async function diff({
  names,
  options,
  globals,
  world,
}: {
  names: string[]
  options: { base?: string; case?: string }
  globals: GlobalOptions
  world: World
}): Promise<number> {
  const opened = await openProject(globals, world)
  const found = await findBase(opened.repository, options)
  if (!found.base)
    throw new AssayError('no-base', found.notes[0] ?? 'There is no base to compare with.', { hint: 'Pass --base REF.' })
  const head = await openSnapshot(opened)
  const base = await readSnapshot(found.base.tree, { configFile: opened.configFile })
  const changes = findChanges(base, head, await found.renames, names).filter((change) =>
    change.changed.includes('prompt'),
  )
  const catalog = await catalogOf(head.config, opened)
  const rows = await Promise.all(changes.map((change) => describe(change, catalog, opened.today, options.case)))
  if (globals.format === 'json') {
    await emit(
      json({ format: 1, base: { label: found.base.label, commit: found.base.commit }, prompts: rows }),
      globals,
      world,
    )
    return 0
  }
  const blocks = rows.map((row) =>
    [
      `${line(row.name)} ${row.base_version === null ? row.version : `${row.base_version} → ${row.version}`}`,
      `  Change: ${line(row.change.words)}`,
      `  Version: ${line(versionWords(row.bump))}`,
      ...(row.draft ? [`  Draft of the changelog entry: ${line(row.draft)}`] : []),
      ...(row.rendered ?? []).map(
        (message) =>
          `\n  --- ${message.role} (${message.side}, case ${options.case})\n${visible(message.content).replace(/^/gm, '  ')}`,
      ),
    ].join('\n'),
  )
  await emit(
    `${blocks.length > 0 ? blocks.join('\n\n') : `No prompt differs from ${line(found.base.label)}.`}\n`,
    globals,
    world,
  )
  return 0
}

async function describe(change: Change, catalog: Catalog, today: string, caseId: string | undefined) {
  const { head, base } = change
  const { provider = null } = head.model
  const { encoding } = catalog.limits(pricedId(head.model), provider)
  const count = await tokenCounter({ provider, id: pricedId(head.model) }, { encoding })
  const exact = head.messages.every(({ template }) => count(template).exact)
  const promptChange = diffPrompts(base, head, { tokens: (text) => count(text).tokens, exact })
  const pinsOf = (model: ModelRef) =>
    catalog.classify(model.id, { model, ...(model.provider ? { provider: model.provider } : {}) }).pins
  const bump = base ? bumpOf(base, head, { pinsOf }) : null
  const c = caseId === undefined ? undefined : change.golden.head?.cases.find(({ id }) => id === caseId)
  if (caseId !== undefined && !c) throw new AssayError('usage', `${head.name} has no case "${caseId}".`)
  const rendered = c && [
    ...(base ? messagesOf('base', render(base, c.vars, { today })) : []),
    ...messagesOf('head', render(head, c.vars, { today })),
  ]
  return {
    name: head.name,
    path: head.path,
    base_version: base?.version ?? null,
    version: head.version,
    change: promptChange,
    bump,
    draft: base && bump && bump.level !== 'none' ? draftChange(promptChange) : null,
    ...(rendered ? { rendered } : {}),
  }
}

const messagesOf = (side: 'base' | 'head', rendered: ReturnType<typeof render>) =>
  rendered.ok ? rendered.messages.map((message) => ({ side, ...message })) : []

const versionWords = (bump: ReturnType<typeof bumpOf> | null): string =>
  bump === null
    ? 'new prompt, nothing to compare with'
    : bump.level === 'none'
      ? 'no new version is needed'
      : `needs ${bump.needs} or higher (${bump.level}: ${bump.reason})`
