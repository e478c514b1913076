import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runAction } from '../action/runner.ts'
import { tempRepo } from './temp-repo.ts'

const manifest = `
inputs:
  max-cost: {}
  comment: { default: on-change }
  github-token: { default: '\${{ github.token }}' }
runs: { using: node24, main: dist/main.mjs }
`
const main = `
import { appendFileSync, readFileSync } from 'node:fs'
const { env } = process
const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8'))
const inputs = Object.entries(env).filter(([name]) => name.startsWith('INPUT_')).sort()
appendFileSync(env.GITHUB_OUTPUT, 'inputs<<EOF\\n' + JSON.stringify(inputs) + '\\nEOF\\n')
appendFileSync(env.GITHUB_OUTPUT, 'seen=' + [env.GITHUB_SHA, env.GITHUB_REF, env.GITHUB_TOKEN, process.cwd(), event.pull_request.number].join(' ') + '\\n')
appendFileSync(env.GITHUB_STEP_SUMMARY, '# Done\\n')
console.log('::warning file=a.yaml,line=3::Pin it')
console.error('::add-mask::secret')
if (env.WAIT) {
  process.on('SIGINT', () => process.exit(3))
  setInterval(() => {}, 1000)
  console.log('waiting')
} else process.exitCode = 1
`

test('an action is started as the runner does it, and read back', async () => {
  await using repo = await tempRepo({ 'action.yml': manifest, 'dist/main.mjs': main })
  const run = {
    workspace: repo.path,
    actionFile: join(repo.path, 'action.yml'),
    eventName: 'pull_request',
    event: { pull_request: { number: 7, merge_commit_sha: 'abc' } },
    github: { url: 'http://127.0.0.1:9', token: 'workflow-token', repo: 'acme/app' },
  }
  await using result = await runAction(run)
  expect(result).toMatchObject({
    exitCode: 1,
    summary: '# Done\n',
    annotations: [{ level: 'warning', message: 'Pin it', file: 'a.yaml', line: 3 }],
    masks: ['secret'],
  })
  expect(result.outputs.seen).toBe(`abc refs/pull/7/merge  ${repo.path} 7`)
  expect(JSON.parse(result.outputs.inputs ?? '')).toEqual([
    ['INPUT_COMMENT', 'on-change'],
    ['INPUT_GITHUB-TOKEN', 'workflow-token'],
    ['INPUT_MAX-COST', ''],
  ])
  await expect(runAction({ ...run, inputs: { 'max-costs': '1' } })).rejects.toThrow(
    'not declared in action.yml: max-costs',
  )

  const cancel = AbortSignal.timeout(1000)
  await using cancelled = await runAction({ ...run, env: { WAIT: '1' }, cancel })
  expect(cancelled.exitCode).toBe(3)
})
