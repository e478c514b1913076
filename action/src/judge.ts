import { builtinCatalog, type Verdict } from '@assay/core'
import { check, openGit, type Checked, type Git, type RunFolder } from '@assay/core/node'
import { realpath } from 'node:fs/promises'
import { findBase, renamesIn } from './base.ts'
import { couldNotRun, explain } from './could-not-run.ts'
import type { PullRequest } from './event.ts'
import type { GitHub } from './github.ts'
import type { Inputs } from './inputs.ts'
import type { Log } from './log.ts'
import type { Runner } from './runner.ts'
import type { Secrets } from './secrets.ts'
import { fetchEnvOf, openCommits } from './trees.ts'

export type Judging = {
  runner: Runner
  inputs: Inputs
  pull: PullRequest
  folder: RunFolder
  github: GitHub | null
  secrets: Secrets
  log: Log
  stop: AbortSignal
}

/** What `assay check` says of the head of a pull request against its merge-base. What went wrong is a verdict too. */
export async function judge(o: Judging): Promise<Checked> {
  let base: Verdict['base'] = null
  try {
    return await checkPull(o, (found) => (base = found))
  } catch (error) {
    explain(error, o.log, o.secrets)
    return { verdict: couldNotRun(error, { pull: o.pull, base }), texts: new Map() }
  }
}

async function checkPull(o: Judging, onBase: (base: Verdict['base']) => void): Promise<Checked> {
  const { runner, inputs, pull, github, secrets, log } = o
  const git = await openWorkspace(runner.workspace)
  const found = await findBase(pull, inputs.base, { git, github })
  const base = found.commit === null ? null : { commit: found.commit, label: found.label }
  onBase(base)
  const fetchEnv = (at: Git) => fetchEnvOf(at, { serverUrl: runner.serverUrl, token: inputs.token })
  const commits = base ? [pull.headSha, base.commit] : [pull.headSha]
  const treeOf = await openCommits(commits, { git, github, log, fetchEnv })
  const renames = found.renames ?? (git && base ? await renamesIn(git, base.commit, pull.headSha) : new Map())
  return check({
    head: { tree: treeOf(pull.headSha), commit: pull.headSha, label: pull.headRef },
    base: base && { tree: treeOf(base.commit), ...base },
    renames,
    gate: inputs.gate,
    failOn: inputs.failOn,
    ask: 'if-key',
    ...(inputs.maxCostMicroUsd === null ? {} : { maxCostMicroUsd: inputs.maxCostMicroUsd }),
    fork: pull.isFork,
    trustHead: false,
    configFile: inputs.configFile,
    catalog: builtinCatalog,
    today: new Date().toISOString().slice(0, 10),
    env: secrets.env,
    folder: o.folder,
    signal: o.stop,
    by: 'ci',
    now: () => Date.now(),
    notes: base ? [] : [`no history in common with ${found.label}`],
  })
}

// A work folder without a checkout may lie inside some other repository.
async function openWorkspace(workspace: string): Promise<Git | null> {
  const git = await openGit(workspace).catch(() => null)
  const root = await realpath(workspace).catch(() => null)
  return git && (await realpath(git.root).catch(() => null)) === root ? git : null
}
