import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  adapterName,
  buildRequest,
  defaultConfig,
  parseGoldenSet,
  parseOptionsOf,
  parsePrompt,
  providerSettings,
  requestKey,
  type Answer,
} from '@assay/core'
import { toTapeLine } from '../../core/src/tape/line.ts'
import { formatTape } from '../../core/src/tape/tape-text.ts'
import { startFakeGitHub, type FakeGitHub, type FakeGitHubOptions } from '../stand-ins/fake-github.ts'
import { tempRepo, type Content, type TempRepo } from '../stand-ins/temp-repo.ts'
import { runAction, type ActionResult, type ActionRun } from './runner.ts'

/** Twelve tickets; enough for a verdict, small enough to read. */
const tickets: Record<string, [text: string, category: string]> = {
  'charged-twice': ['You took the money for June twice.', 'billing'],
  'card-expired': ['My card expires this week, how do I change it?', 'billing'],
  'invoice-copy': ['I need invoice 20381 once more.', 'billing'],
  'refund-late': ['When does the refund arrive?', 'billing'],
  'price-changed': ['Why do I pay 19 and not 12?', 'billing'],
  'parcel-late': ['Where is my parcel?', 'delivery'],
  'glass-broken': ['Two of the six glasses came broken.', 'delivery'],
  'wrong-colour': ['Ordered green, got purple.', 'delivery'],
  'moved-house': ['Send order 5512 to 8 Elm Road.', 'delivery'],
  'at-customs': ['Held at customs for nine days.', 'delivery'],
  'login-fails': ['I cannot sign in.', 'other'],
  'data-export': ['How do I export my data?', 'other'],
}
export const caseIds = Object.keys(tickets)

// Dates of models are not what these tests are about, and the suite must pass in some years, too.
export const config = `version: 1
gates: { golden: { floor: 0.5, min_cases: 12 } }
lint: { rules: { model/retired: off, model/retiring: off, model/unknown: off } }
`

export const goldenPath = 'prompts/golden/triage.yaml'
export const promptPath = 'prompts/v1/triage.yaml'
export const tapePath = 'prompts/tapes/triage.jsonl'

export const golden = `version: 1
cases:
${Object.entries(tickets)
  .map(
    ([id, [text, category]]) =>
      `  - id: ${id}\n    vars: { ticket: "${text}" }\n    expected: { category: ${category} }\n`,
  )
  .join('')}`

/** Line of a case in the golden set, from 1. */
export const lineOf = (id: string): number => golden.split('\n').findIndex((row) => row.includes(`- id: ${id}`)) + 1

export function prompt(version: string, rule: string, o: { model?: string } = {}): string {
  const later =
    version === '1.0.0' ? '' : `  - { version: "${version}", date: "2025-03-02", change: "Rules reworded" }\n`
  return `version: "${version}"
model: "${o.model ?? 'gpt-4o-mini-2024-07-18'}"
temperature: 0
system: |
  Sort the ticket into billing, delivery or other. Answer with JSON that has one field, category.
  ${rule}
user_template: |
  {ticket}
output_schema:
  type: object
  properties: { category: { type: string } }
  required: [category]
  additionalProperties: false
changelog:
${later}  - { version: "1.0.0", date: "2025-03-01", change: "First version" }
`
}

export const before = prompt('1.0.0', 'Choose the category that the sender wants solved.')
export const after = prompt('1.1.0', 'Pick the category which the sender wants to have solved.')

/** What a model answers; by default what is expected. */
export type Answers = (caseId: string) => string
export const right: Answers = (id) => JSON.stringify({ category: tickets[id]![1] })
export const wrongFor =
  (...ids: string[]): Answers =>
  (id) =>
    ids.includes(id) ? '{"category":"other-stuff"}' : right(id)

/** Real lines of a tape: the answers of a prompt to all cases, with as many repeats as a check may ask for. */
export function tape(...recordings: [text: string, answers: Answers][]): string {
  const settings = providerSettings('openai')
  const set = parseGoldenSet(goldenPath, golden, { name: 'triage', readFile: () => undefined, assertions: [] }).set!
  const lines = recordings.flatMap(([text, answers]) => {
    const parsed = parsePrompt(promptPath, text, parseOptionsOf(promptPath, defaultConfig))
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings))
    const side = {
      side: 'head',
      prompt: parsed.prompt,
      adapter: adapterName(settings),
      model: parsed.prompt.model.id,
    } as const
    return set.cases.flatMap((c) =>
      Array.from({ length: 13 }, (_, i) => {
        const built = buildRequest({ ...side, today: '2025-03-02' }, c, i)
        if (!built.ok) throw new Error(built.problem)
        const answer: Answer = {
          key: requestKey(built.request),
          text: answers(c.id),
          toolCalls: [],
          model: side.model,
          responseModel: side.model,
          fingerprint: null,
          finish: 'stop',
          usage: { inputTokens: 60, cachedInputTokens: 0, outputTokens: 8, reasoningTokens: 0 },
          latencyMs: 400,
          at: '2025-03-02T10:00:00Z',
          by: 'dev',
          evidence: 'recorded',
        }
        return toTapeLine(answer, c.id, i)
      }),
    )
  })
  return formatTape(lines)
}

/** The registry on the base branch. */
export const baseFiles: Record<string, Content> = {
  'assay.yaml': config,
  [promptPath]: before,
  [goldenPath]: golden,
  [tapePath]: tape([before, right]),
}

export interface Scene extends AsyncDisposable {
  repo: TempRepo
  bare: string
  github: FakeGitHub
  /** Merge-base, and the head of the pull request. */
  base: string
  head: string
  /** Another commit on the pull request, as a push brings it. Asks for a repository of its own. */
  push(files: Record<string, Content>): Promise<string>
  run(o?: Partial<ActionRun> & { checkout?: 'full' | 'shallow' | 'none' }): Promise<ActionResult>
}

type Files = Record<string, Content>
type Origin = { repo: TempRepo; bare: string; base: string; head: string }

/** Repositories by their files: a run only reads them, and to make one takes longer than a run. */
const origins = new Map<string, Promise<Origin>>()
export const closeScenes = async (): Promise<void> => {
  for (const origin of await Promise.all(origins.values())) origin.repo.remove()
}

/** `main` is one commit further than where the branch of pull request 7 began. */
async function makeOrigin(base: Files, head: Files): Promise<Origin> {
  const repo = await tempRepo(base)
  const origin = { repo, base: await repo.sha(), bare: '', head: '' }
  await repo.branch('change')
  origin.head = await repo.commit(head)
  await repo.checkout('main')
  await repo.commit({ 'prompts/v1/other.yaml': before })
  await repo.mergeCommit('main', 'change', 7)
  return { ...origin, bare: await repo.bareClone() }
}

/** A repository with pull request 7 on a GitHub of its own. */
export async function openScene(o: {
  base?: Files
  head: Files
  github?: Partial<FakeGitHubOptions>
  headRepo?: string
  /** The file to start. */
  main: string
  /** A repository of its own, to push to. */
  own?: boolean
}): Promise<Scene> {
  const files = [o.base ?? baseFiles, o.head] as const
  const id = JSON.stringify(files)
  if (!o.own && !origins.has(id)) origins.set(id, makeOrigin(...files))
  const { repo, bare, base, head: first } = await (o.own ? makeOrigin(...files) : origins.get(id)!)
  let head = first
  let runs = 1000
  const github = await startFakeGitHub({ repo: 'acme/app', bare, ...o.github })
  const headRepo = o.headRepo ?? 'acme/app'
  github.openPull({ number: 7, head: 'change', headRepo })
  const empty = realpathSync(mkdtempSync(join(tmpdir(), 'assay-empty-')))
  const folders = {
    full: async () => repo.path,
    none: async () => empty,
    shallow: () => repo.shallowClone('refs/pull/7/merge', bare),
  }

  return {
    repo,
    bare,
    github,
    base,
    get head() {
      return head
    },
    async push(changed) {
      if (!o.own) throw new Error('ask for a repository of its own')
      await repo.checkout('change')
      head = await repo.commit(changed)
      await repo.checkout('main')
      await repo.mergeCommit('main', 'change', 7)
      await repo.git('push', '--quiet', '--force', bare, 'change', '+refs/pull/*:refs/pull/*')
      return head
    },
    async run({ checkout = 'full', ...given } = {}) {
      const side = (ref: string, sha: string, name: string | null) => ({ ref, sha, repo: name && { full_name: name } })
      const pull = {
        number: 7,
        head: side('change', head, headRepo),
        base: side('main', await repo.sha('main'), 'acme/app'),
        merge_commit_sha: await repo.sha('refs/pull/7/merge'),
      }
      const repository = { full_name: 'acme/app', default_branch: 'main' }
      return runAction({
        workspace: given.workspace ?? (await folders[checkout]()),
        eventName: 'pull_request',
        event: { action: 'synchronize', number: 7, pull_request: pull, repository },
        github,
        runId: String(++runs),
        main: o.main,
        ...given,
      })
    },
    async [Symbol.asyncDispose]() {
      await github.close()
      if (o.own) repo.remove()
      rmSync(empty, { recursive: true, force: true })
    },
  }
}
