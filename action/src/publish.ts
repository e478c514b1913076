import { join } from 'node:path'
import { verdictMarkdown, verdictText, type Links, type Verdict } from '@assay/core'
import type { RunFolder } from '@assay/core/node'
import { annotate, annotationsOf } from './annotations.ts'
import { publishComment, type CommentOutcome } from './comment.ts'
import { couldNotRun, explain } from './could-not-run.ts'
import { digestOf } from './digest.ts'
import type { PullRequest } from './event.ts'
import type { GitHub } from './github.ts'
import type { Inputs } from './inputs.ts'
import { linksOf } from './links.ts'
import type { Log } from './log.ts'
import { outputsOf, writeOutputs } from './outputs.ts'
import type { Runner } from './runner.ts'
import type { Secrets } from './secrets.ts'
import { summaryOf, writeSummary } from './summary.ts'

export type Publishing = {
  /** null: it failed before the pull request was known. */
  about: { pull: PullRequest; runner: Runner } | null
  /** null: nothing is posted. */
  comment: { github: GitHub | null; inputs: Pick<Inputs, 'comment' | 'commentId' | 'commentAuthor'> } | null
  folder: RunFolder
  secrets: Secrets
  log: Log
  files: { output: string | undefined; summary: string | undefined }
  /** Texts of head, for the lines that findings point at. */
  texts: ReadonlyMap<string, string>
}

/** GitHub takes 65,536 characters; some are left for the marker. */
const commentBudget = 60_000

/**
 * Shows a verdict everywhere and gives the exit code. The report is on disk before the first word goes to GitHub, so
 * that nothing is lost when GitHub says no; no other surface can change the exit code.
 */
export async function publish(found: Verdict, o: Publishing): Promise<number> {
  const { secrets, log } = o
  const verdict = await writeReport(secrets.clean(found), o)
  log.untrusted(secrets.clean(verdictText(verdict, { color: false, texts: o.texts })))
  annotate(log, annotationsOf(verdict))

  const links: Links = o.about ? linksOf(o.about.runner, o.about.pull.headSha) : {}
  const { url, note, problem } = secrets.clean(await comment(verdict, links, o))
  for (const sentence of [note, problem]) if (sentence) log.say(sentence)

  const summary = secrets.clean(summaryOf(verdict, { links, notes: problem ? [problem] : [] }))
  if (!(await writeSummary(o.files.summary, summary))) log.untrusted(summary)
  const places = { reportPath: join(o.folder.path, 'report.json'), answersPath: join(o.folder.path, 'answers') }
  await writeOutputs(o.files.output, outputsOf(verdict, { ...places, commentUrl: url }))
  return verdict.exit
}

// The one fault of publishing that counts: without its report a run proves nothing.
async function writeReport(verdict: Verdict, { folder, about, log, secrets }: Publishing): Promise<Verdict> {
  try {
    await folder.write('report.json', `${JSON.stringify(verdict, null, 2)}\n`)
    return verdict
  } catch (error) {
    explain(error, log, secrets)
    return secrets.clean(couldNotRun(error, { pull: about?.pull ?? null, base: verdict.base }))
  }
}

async function comment(verdict: Verdict, links: Links, o: Publishing): Promise<CommentOutcome> {
  if (!o.about || !o.comment || o.comment.inputs.comment === 'off') return { url: '' }
  const { github, inputs } = o.comment
  if (!github) return { url: '', note: 'No comment: github-token is empty. The result is in the job summary.' }
  const { pull, runner } = o.about
  const body = o.secrets.clean(verdictMarkdown(verdict, { links, budget: commentBudget }))
  return publishComment(github, {
    number: pull.number,
    marker: {
      id: inputs.commentId,
      head: pull.headSha,
      run: runner.runId,
      attempt: runner.attempt,
      verdict: verdict.verdict,
      digest: digestOf(verdict),
    },
    author: inputs.commentAuthor,
    body,
    shortBody: `${body.split('\n').slice(0, 3).join('\n')}\n\n[full report](${links.run})`,
    // A first comment mails everyone, so it must have something to say.
    mayCreate: verdict.verdict !== 'error' && (verdict.reason !== 'nothing-to-check' || inputs.comment === 'on'),
  })
}
