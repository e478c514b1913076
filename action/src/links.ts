import type { Links } from '@assay/core'
import type { Runner } from './runner.ts'

/** Links of reports: made of parts, each segment encoded, so that no file name can leave its place. */
export function linksOf(runner: Runner, headSha: string): Required<Links> {
  const repository = `${runner.serverUrl}/${encode(runner.owner)}/${encode(runner.repo)}`
  return {
    file: (path, line) =>
      `${repository}/blob/${headSha}/${path.split('/').map(encode).join('/')}${line === undefined ? '' : `#L${line}`}`,
    // The page of the run holds summary and artifacts; an artifact's own address does not exist yet.
    run: `${repository}/actions/runs/${encode(runner.runId)}/attempts/${encode(runner.attempt)}`,
  }
}

// encodeURIComponent leaves characters alone that mean something in Markdown.
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)
