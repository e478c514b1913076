import type { Finding, Severity } from '@assay/core'
import type { Diagnostic, Disposable, TextDocument, Uri } from 'vscode'
import type { BaseVersions } from '../compare/base-version.ts'
import { configPath, type PromptEntry } from '../folder-registry.ts'
import { reason, type Log } from '../log.ts'
import type { Folder, PromptWorkspace } from '../prompt-workspace.ts'
import { readSettings } from '../settings.ts'
import type { Vscode } from '../vscode.ts'
import { byName, lintEntry, todayOf, type LintBase } from './lint-prompt.ts'

type Point = { line: number; character: number }

/** A finding in the editor's terms, as plain data: lines and characters count from 0. */
export type Problem = {
  start: Point
  end: Point
  severity: 'Error' | 'Warning' | 'Information'
  message: string
  rule: string
  tag?: 'Unnecessary' | 'Deprecated'
}

const severities: Record<Severity, Problem['severity']> = { error: 'Error', warning: 'Warning', info: 'Information' }
const tags: Record<string, Problem['tag']> = { 'template/unused': 'Unnecessary', 'model/retired': 'Deprecated' }

export function problemOf(finding: Finding): Problem {
  const tag = tags[finding.rule]
  return {
    start: { line: finding.line - 1, character: finding.column - 1 },
    end: { line: finding.end_line - 1, character: finding.end_column - 1 },
    severity: severities[finding.severity],
    message: finding.message,
    rule: finding.rule,
    ...(tag ? { tag } : {}),
  }
}

const typingMs = 150
const sliceMs = 8

/** Shows findings as Problems: of the document that is typed in soon, of all other files of the registry in idle time. */
export interface Problems extends Disposable {
  /** What is known about a prompt right now, from its document's text. */
  findingsOf(uri: Uri): Finding[]
  baseFor(folder: Folder, entry: PromptEntry): LintBase
}

type Parts = { vscode: Vscode; prompts: PromptWorkspace; bases: BaseVersions; log: Log; now: () => Date }

export function startProblems({ vscode, prompts, bases, log, now }: Parts): Problems {
  const shown = vscode.languages.createDiagnosticCollection('assay')
  /** Which prompts say something about a file: two majors of a name share a golden set. */
  const byFile = new Map<string, { uri: Uri; owners: Map<string, Finding[]> }>()
  const generations = new Map<string, number>()
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  let sweep = 0

  /** The base side when it has been read; reading it starts here and ends in a change of the bases. */
  function baseFor(folder: Folder, entry: PromptEntry): LintBase {
    const side = bases.known(folder, entry)
    if (side === undefined && bases.baseOf(folder)) {
      void bases.load(folder, entry).then(
        () => check(folder, entry.path),
        (error: unknown) => log.warn(`Git: ${reason(error)}`),
      )
    }
    return side ? { prompt: side.prompt, label: side.label, goldenCases: side.goldenCases } : null
  }

  function lint(folder: Folder, entry: PromptEntry, names?: Map<string, PromptEntry[]>): Finding[] {
    const o = { base: baseFor(folder, entry), today: todayOf(now()) }
    return lintEntry(folder.registry, entry, o, names)
  }

  function check(folder: Folder, path: string, names?: Map<string, PromptEntry[]>): void {
    const owner = prompts.uriOf(folder, path)
    const entry = folder.registry.entry(path)
    const isOff = readSettings(vscode, owner).lintRun === 'off'
    publish(folder, owner.toString(), entry && !isOff ? lint(folder, entry, names) : [])
  }

  function publish(folder: Folder, owner: string, findings: Finding[]): void {
    const perFile = Map.groupBy(findings, ({ path }) => prompts.uriOf(folder, path).toString())
    for (const [key, file] of byFile) {
      if (!file.owners.has(owner) || perFile.has(key)) continue
      file.owners.delete(owner)
      show(key, folder)
    }
    for (const [key, ofFile] of perFile) {
      const file = byFile.get(key) ?? { uri: prompts.uriOf(folder, ofFile[0]!.path), owners: new Map() }
      byFile.set(key, file)
      file.owners.set(owner, ofFile)
      show(key, folder)
    }
  }

  function show(key: string, folder: Folder): void {
    const file = byFile.get(key)!
    if (file.owners.size === 0) {
      byFile.delete(key)
      shown.delete(file.uri)
      return
    }
    const all = [...file.owners.values()].flat()
    const once = new Map(all.map((finding) => [`${finding.span.start} ${finding.rule} ${finding.message}`, finding]))
    shown.set(
      file.uri,
      [...once.values()].map((finding) => diagnosticOf(vscode, finding, place(folder, finding))),
    )
  }

  /** Where the related places of a finding are; their texts give the lines. */
  const place = (folder: Folder, finding: Finding): RelatedPlace[] =>
    (finding.related ?? []).flatMap(({ path, span, message }) => {
      const text = folder.registry.text(path)
      return text === undefined ? [] : [{ uri: prompts.uriOf(folder, path), point: pointAt(text, span.start), message }]
    })

  function checkConfigs(): void {
    for (const folder of prompts.folders()) {
      const owner = prompts.uriOf(folder, configPath).toString()
      publish(folder, owner, folder.registry.configFindings)
    }
  }

  /** Every file of the registry, a few milliseconds at a time. */
  async function checkAll(): Promise<void> {
    const own = ++sweep
    checkConfigs()
    const owners = new Set<string>()
    for (const folder of prompts.folders()) {
      const names = byName(folder.registry)
      owners.add(prompts.uriOf(folder, configPath).toString())
      let started = performance.now()
      for (const path of folder.registry.promptPaths()) {
        owners.add(prompts.uriOf(folder, path).toString())
        check(folder, path, names)
        if (performance.now() - started < sliceMs) continue
        await new Promise((resolve) => setTimeout(resolve, 0))
        if (own !== sweep) return
        started = performance.now()
      }
    }
    for (const [key, file] of byFile) {
      for (const owner of file.owners.keys()) if (!owners.has(owner)) file.owners.delete(owner)
      if (file.owners.size > 0) continue
      byFile.delete(key)
      shown.delete(file.uri)
    }
  }

  const sweepSoon = (): void =>
    void checkAll().catch((error: unknown) => log.error(`Checking failed: ${reason(error)}`))

  /** Each change of a document outdates the checks that are still waiting for it. */
  function checkDocument(document: TextDocument, delayMs: number): void {
    const key = document.uri.toString()
    const generation = (generations.get(key) ?? 0) + 1
    generations.set(key, generation)
    clearTimeout(timers.get(key))
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key)
        if (generations.get(key) !== generation) return
        const place = prompts.locate(document.uri)
        if (!place) return
        const found = prompts.promptAt(document.uri)
        if (place.path === configPath) checkConfigs()
        else if (found) check(found.folder, found.entry.path)
      }, delayMs),
    )
  }

  const runs = (document: TextDocument) => readSettings(vscode, document.uri).lintRun
  const subscriptions = [
    shown,
    prompts.onDidChange(() => {
      // What is being typed has its own, faster turn; with "onSave" the sweep must not show more.
      const isTyping = vscode.workspace.textDocuments.some(
        (document) => document.isDirty && runs(document) !== 'onType',
      )
      if (!isTyping) sweepSoon()
    }),
    bases.onDidChange(sweepSoon),
    vscode.workspace.onDidOpenTextDocument((document) => checkDocument(document, 0)),
    vscode.workspace.onDidSaveTextDocument((document) => checkDocument(document, 0)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (runs(document) === 'onType') checkDocument(document, typingMs)
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('assay.lint')) sweepSoon()
    }),
  ]
  void prompts.ready.then(sweepSoon)

  return {
    findingsOf(uri) {
      const found = prompts.promptAt(uri)
      if (!found) return []
      const path = prompts.locate(uri)!.path
      return lint(found.folder, found.entry).filter((finding) => finding.path === path)
    },
    baseFor,
    dispose() {
      sweep += 1
      for (const timer of timers.values()) clearTimeout(timer)
      for (const each of subscriptions) each.dispose()
    },
  }
}

type RelatedPlace = { uri: Uri; point: Point; message: string }

function diagnosticOf(vscode: Vscode, finding: Finding, related: RelatedPlace[]): Diagnostic {
  const problem = problemOf(finding)
  const { start, end } = problem
  const range = new vscode.Range(start.line, start.character, end.line, end.character)
  const diagnostic = new vscode.Diagnostic(range, problem.message, vscode.DiagnosticSeverity[problem.severity])
  diagnostic.source = 'assay'
  diagnostic.code = problem.rule
  if (problem.tag) diagnostic.tags = [vscode.DiagnosticTag[problem.tag]]
  diagnostic.relatedInformation = related.map(({ uri, point, message }) => {
    const at = new vscode.Position(point.line, point.character)
    return new vscode.DiagnosticRelatedInformation(new vscode.Location(uri, at), message)
  })
  return diagnostic
}

function pointAt(text: string, offset: number): Point {
  const before = text.slice(0, offset)
  const line = before.split('\n').length - 1
  return { line, character: offset - (before.lastIndexOf('\n') + 1) }
}
