import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { couldNotRun } from '../../action/src/could-not-run.ts'
import { readInputs } from '../../action/src/inputs.ts'
import { outputsOf } from '../../action/src/outputs.ts'

const read = (path: string) => parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
const manifest = read('action.yml')

test('an input is declared when it is read, and an output when it is written', () => {
  const asked: string[] = []
  readInputs(new Proxy({}, { get: (_, name) => void asked.push(String(name)) }), { workspace: '/', temp: '/' })
  expect(asked.toSorted()).toEqual(
    Object.keys(manifest.inputs)
      .map((name) => `INPUT_${name.toUpperCase()}`)
      .toSorted(),
  )
  const verdict = couldNotRun(new Error('x'), { pull: null, base: null })
  const outputs = outputsOf(verdict, { reportPath: '', answersPath: '', commentUrl: '' })
  expect(Object.keys(outputs)).toEqual(Object.keys(manifest.outputs))
})

test('the manifest starts the bundle with Node 24', () => {
  expect(manifest.runs).toEqual({ using: 'node24', main: 'action/dist/index.mjs' })
})

test('the example asks for little, pins by full hash and uses what there is', () => {
  const text = readFileSync(new URL('../../action/examples/assay.yml', import.meta.url), 'utf8')
  const workflow = read('action/examples/assay.yml')
  expect(workflow.permissions).toEqual({})
  expect(workflow.on).toEqual({ pull_request: null })
  const { permissions, steps } = workflow.jobs.assay
  expect(permissions).toEqual({ contents: 'read', 'pull-requests': 'write' })
  for (const { uses } of steps) expect(uses).toMatch(/^[\w./-]+@[0-9a-f]{40}$/)
  for (const [, name] of text.matchAll(/steps\.assay\.outputs\.([\w-]+)/g))
    expect(manifest.outputs).toHaveProperty(name!)
  expect(text).not.toMatch(/run:/)
})
