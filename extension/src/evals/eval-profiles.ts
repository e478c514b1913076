import type { CancellationToken, Disposable, TestItem, TestRunRequest, Uri } from 'vscode'
import { configPath } from '../folder-registry.ts'
import { reason, type Log } from '../log.ts'
import { caseId } from './eval-tree.ts'
import { replayPrompt, type RunParts, type Selected } from './eval-run.ts'
import { outdatedCases } from './last-results.ts'

/** How golden cases are run. This version has one way: recorded answers, by hand or on every save. */
export interface EvalProfiles extends Disposable {
  /** Runs all cases of one prompt, as its run button does. */
  runPrompt(item: TestItem): Promise<void>
}

const settleMs = 300

export function startEvalProfiles(parts: RunParts & { log: Log }): EvalProfiles {
  const { vscode, prompts, tree, results, log } = parts
  const { controller } = tree

  async function handle(request: TestRunRequest, token: CancellationToken): Promise<void> {
    await prompts.ready
    await runOnce(request, token)
    if (!request.continuous) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const saved = vscode.workspace.onDidSaveTextDocument(({ uri }) => {
      const touched = itemsOf(uri)
      if (touched.length === 0) return
      clearTimeout(timer)
      timer = setTimeout(() => void runOnce(narrowed(request, touched), token), settleMs)
    })
    token.onCancellationRequested(() => {
      clearTimeout(timer)
      saved.dispose()
    })
  }

  /** Prompts that a file belongs to: as prompt, golden set or tape. */
  function itemsOf(uri: Uri): TestItem[] {
    const place = prompts.locate(uri)
    if (!place) return []
    const { folder, path } = place
    const entries = folder.registry.entries()
    const own = entries.filter((entry) => [entry.path, entry.golden?.path, entry.tape?.path].includes(path))
    return own.flatMap((entry) => tree.find(folder, entry.path) ?? [])
  }

  function narrowed(request: TestRunRequest, touched: TestItem[]): TestRunRequest {
    const include =
      request.include?.filter((item) => touched.includes(item) || touched.includes(item.parent!)) ?? touched
    return new vscode.TestRunRequest(include, request.exclude, request.profile)
  }

  async function runOnce(request: TestRunRequest, token: CancellationToken): Promise<void> {
    if (request.include?.length === 0) return
    const selected = await select(request)
    const testRun = controller.createTestRun(request)
    const stop = vscode.Disposable.from(token.onCancellationRequested(() => testRun.end()))
    try {
      for (const { cases } of selected) for (const item of cases) testRun.enqueued(item)
      for (const one of selected) {
        if (token.isCancellationRequested) break
        await replayPrompt(parts, one, testRun, token)
      }
    } catch (error) {
      log.error(`The run stopped: ${reason(error)}`)
      testRun.appendOutput(`The run stopped: ${reason(error)}\r\n`)
    } finally {
      stop.dispose()
      testRun.end()
    }
  }

  /** Cases by prompt: those asked for, or all, without those that are left out. */
  async function select(request: TestRunRequest): Promise<Selected[]> {
    const excluded = new Set(request.exclude)
    const isExcluded = (item: TestItem): boolean =>
      excluded.has(item) || (item.parent !== undefined && isExcluded(item.parent))
    const asked: TestItem[] = request.include ? [...request.include] : []
    if (!request.include) controller.items.forEach((item) => asked.push(item))
    const byPrompt = new Map<TestItem, Set<TestItem>>()
    for (const item of asked) {
      const prompt = item.parent ?? item
      const cases = byPrompt.get(prompt) ?? new Set()
      byPrompt.set(prompt, cases)
      if (item.parent) cases.add(item)
      else {
        await tree.resolve(item)
        item.children.forEach((each) => cases.add(each))
      }
    }
    return [...byPrompt].flatMap(([item, cases]): Selected[] => {
      const ref = tree.refOf(item)
      const kept = [...cases].filter((each) => !isExcluded(each))
      return ref && kept.length > 0 ? [{ item, ref, cases: kept }] : []
    })
  }

  const profile = controller.createRunProfile(
    vscode.l10n.t('Golden (recorded answers)'),
    vscode.TestRunProfileKind.Run,
    handle,
    true,
    undefined,
    true,
  )
  profile.configureHandler = () => void openConfig()

  async function openConfig(): Promise<void> {
    const [folder] = prompts.folders()
    if (!folder) return
    const uri = prompts.uriOf(folder, configPath)
    if (folder.registry.text(configPath) === undefined)
      void vscode.window.showInformationMessage(vscode.l10n.t('This folder has no assay.yaml: defaults are in use.'))
    else await vscode.window.showTextDocument(uri)
  }

  /** Results of another text turn grey. A comment changes no request, so it greys nothing. */
  function invalidate(): void {
    for (const folder of prompts.folders()) {
      for (const { path, prompt, golden } of folder.registry.entries()) {
        const item = tree.find(folder, path)
        const outcome = item && results.of(item.id)
        if (!item || !outcome || !prompt) continue
        const outdated = outdatedCases(outcome, prompt.canonicalHash, golden?.set?.cases ?? [])
        if (outdated === 'none') continue
        const changed =
          outdated === 'all' ? [item] : outdated.flatMap((id) => item.children.get(caseId(item.id, id)) ?? [])
        if (!results.isOutdated(item.id) || outdated !== 'all') controller.invalidateTestResults(changed)
        results.markOutdated(item.id)
      }
    }
  }
  const changes = prompts.onDidChange(invalidate)

  return {
    async runPrompt(item) {
      const source = new vscode.CancellationTokenSource()
      try {
        await handle(new vscode.TestRunRequest([item], undefined, profile), source.token)
      } finally {
        source.dispose()
      }
    },
    dispose() {
      changes.dispose()
      profile.dispose()
    },
  }
}
