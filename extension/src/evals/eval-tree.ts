import type { Case } from '@assay/core'
import type { Disposable, TestController, TestItem } from 'vscode'
import type { PromptEntry } from '../folder-registry.ts'
import type { Folder, PromptWorkspace } from '../prompt-workspace.ts'
import type { Vscode } from '../vscode.ts'

/** Ids that a result keeps through edits, moves within the file and restarts: paths and case ids, never an index. */
export const promptId = (folderUri: string, path: string): string => `${folderUri.replace(/\/$/, '')}/${path}`
export const caseId = (prompt: string, id: string): string => `${prompt}#${id}`

/** What an item of the tree stands for. */
export type ItemRef = { folder: Folder; path: string; case?: Case }

/** The words beside a prompt. */
export function promptDescription(entry: PromptEntry): string {
  const { prompt, golden } = entry
  if (!prompt) return ''
  const facts = `v${prompt.version} · ${prompt.modelText}`
  return golden?.set?.cases.length ? facts : `${facts} · no golden cases: only the text is checked`
}

/** Why a prompt or its golden set cannot be used, in the words of its first finding; null when it can. */
export function errorOf(entry: PromptEntry): string | null {
  const findings = entry.prompt ? (entry.golden?.findings ?? []) : entry.parsed.findings
  const first = findings.find(({ severity }) => severity === 'error')
  return first ? `Cannot read ${first.path.split('/').at(-1)}: line ${first.line}: ${first.message}` : null
}

/** Fields of an item whose change makes its last result one of another case. */
export const caseContent = ({ vars, expected, assertions }: Case): string =>
  JSON.stringify([vars, expected, assertions])

/** The prompts and their cases in the Test Explorer. */
export interface EvalTree extends Disposable {
  readonly controller: TestController
  refOf(item: TestItem): ItemRef | undefined
  /** The item of a prompt. */
  find(folder: Folder, path: string): TestItem | undefined
  /** Fills in the cases of a prompt. */
  resolve(item: TestItem): Promise<void>
  /** Makes the tree equal to the registry; items keep their identity and with it their results. */
  update(): Promise<void>
}

const chunk = 500

export function openEvalTree({ vscode, prompts }: { vscode: Vscode; prompts: PromptWorkspace }): EvalTree {
  const controller = vscode.tests.createTestController('assay', 'Assay')
  const refs = new WeakMap<TestItem, ItemRef>()
  const resolved = new Set<string>()

  async function update(): Promise<void> {
    const kept = new Set<string>()
    for (const folder of prompts.folders()) {
      for (const entry of folder.registry.entries()) {
        const item = promptItem(folder, entry)
        kept.add(item.id)
        if (resolved.has(item.id)) await fill(item, folder, entry)
      }
    }
    controller.items.forEach((item) => {
      if (kept.has(item.id)) return
      controller.items.delete(item.id)
      resolved.delete(item.id)
    })
  }

  function promptItem(folder: Folder, entry: PromptEntry): TestItem {
    const id = promptId(folder.uri.toString(), entry.path)
    const label =
      entry.prompt?.name ??
      entry.path
        .split('/')
        .at(-1)!
        .replace(/\.ya?ml$/, '')
    const known = controller.items.get(id)
    const item = known ?? controller.createTestItem(id, label, prompts.uriOf(folder, entry.path))
    item.label = label
    item.description = promptDescription(entry)
    item.range ??= new vscode.Range(0, 0, 0, 0)
    item.sortText = entry.path
    item.canResolveChildren = Boolean(entry.golden?.set?.cases.length)
    item.error = errorOf(entry) ?? undefined
    refs.set(item, { folder, path: entry.path })
    if (!known) controller.items.add(item)
    return item
  }

  async function fill(item: TestItem, folder: Folder, entry: PromptEntry): Promise<void> {
    const { golden } = entry
    const cases = golden?.set?.cases ?? []
    const uri = golden && prompts.uriOf(folder, golden.path)
    const items: TestItem[] = []
    for (const [index, c] of cases.entries()) {
      const id = caseId(item.id, c.id)
      const each = item.children.get(id) ?? controller.createTestItem(id, c.id, uri!)
      each.range = new vscode.Range(c.line - 1, 0, c.line - 1, 0)
      each.sortText = String(index).padStart(6, '0')
      each.tags = [...new Set([...c.tags, ...(c.critical ? ['critical'] : [])])].map((tag) => new vscode.TestTag(tag))
      refs.set(each, { folder, path: entry.path, case: c })
      items.push(each)
      // Thousands of cases must not hold up the editor.
      if (index % chunk === chunk - 1) await new Promise((done) => setTimeout(done, 0))
    }
    item.children.replace(items)
  }

  async function resolve(item: TestItem): Promise<void> {
    const ref = refs.get(item)
    const entry = ref && ref.folder.registry.entry(ref.path)
    if (!ref || !entry || ref.case) return
    resolved.add(item.id)
    item.busy = true
    try {
      await fill(item, ref.folder, entry)
    } finally {
      item.busy = false
    }
  }

  controller.resolveHandler = async (item) => {
    await prompts.ready
    await (item ? resolve(item) : update())
  }
  controller.refreshHandler = () => prompts.refresh()

  const find = (folder: Folder, path: string): TestItem | undefined =>
    controller.items.get(promptId(folder.uri.toString(), path))

  return {
    controller,
    refOf: (item) => refs.get(item),
    find,
    resolve,
    update,
    dispose: () => controller.dispose(),
  }
}
