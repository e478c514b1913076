import * as assert from './assert.ts'
import * as vscode from 'vscode'
import { assay, contract, fileUri, lensTitles, open, replaceAll, runCases, until } from './editor.ts'

const ticket = 'prompts/v1/ticket_triage.yaml'

suite('golden cases', () => {
  let document: vscode.TextDocument
  let original = ''

  suiteSetup(async () => {
    await assay()
    document = await open(contract)
    original = document.getText()
    await replaceAll(document, original.replace('model: gpt-5.4-mini\n', 'model: gpt-5.4-mini-2026-03-17\n'))
  })
  suiteTeardown(() => replaceAll(document, original))

  test('the tree has a prompt with its version and model, and its cases at their lines', async () => {
    const { controller } = await assay()
    const item = await until('the prompt', () => controller.items.get(fileUri(contract).toString()))
    await until('the pinned model', () => item.description === 'v2.0.0 · gpt-5.4-mini-2026-03-17')
    assert.equal(item.label, 'contract_extraction')
    await controller.resolveHandler!(item)
    const first = item.children.get(`${item.id}#lease-with-dates`)
    assert.ok(first)
    assert.equal(first.uri?.path, fileUri('prompts/golden/contract_extraction.yaml').path)
    assert.equal(first.range?.start.line, 3)
    assert.deepEqual(
      first.tags.map(({ id }) => id),
      ['lease', 'dates', 'critical'],
    )
    assert.equal(item.children.size, 8)
  })

  test('a run replays the tape: passed, failed and not recorded', async () => {
    const started = Date.now()
    const { outcome, item } = await runCases(contract)
    console.log(`run of 8 cases took ${Date.now() - started} ms`)
    const states = Object.fromEntries(outcome.report.cases.map(({ case: id, state }) => [id, state]))
    assert.deepEqual(states, {
      'lease-with-dates': 'passed',
      'bicycle-without-dates': 'passed',
      'notice-period-is-no-date': 'failed',
      'consulting-open-end': 'passed',
      'loan-with-end': 'passed',
      'orders-in-the-text': 'passed',
      'two-languages': 'passed',
      'licence-added-last-week': 'unanswered',
    })
    const skipped = item.children.get(`${item.id}#licence-added-last-week`)
    assert.equal(skipped?.description, 'no recorded answer')
  })

  test('a failed case says in one line what is wrong, then shows both texts', async () => {
    const { outcome } = await runCases(contract)
    const [words, texts, ...more] = outcome.messages.get('notice-period-is-no-date') ?? []
    assert.equal(more.length, 0)
    assert.ok(words?.message instanceof vscode.MarkdownString)
    assert.equal(
      words.message.value.replaceAll('\\', ''),
      'termination_date: expected null, got "30 days" · 3/4 fields',
    )
    assert.equal(words.expectedOutput, undefined)
    assert.equal(texts?.contextValue, 'assay.mismatch')
    assert.match(texts.expectedOutput ?? '', /^ {2}"termination_date": null$/m)
    assert.match(texts.actualOutput ?? '', /^ {2}"termination_date": "30 days"$/m)
    assert.equal(texts.location?.range.start.line, 17)
    assert.ok(!outcome.messages.has('two-languages'), 'a case without expectation is never red')
  })

  test('the lens shows the result, and forgets it when the text changes', async () => {
    await runCases(contract)
    await until('the result', async () => (await lensTitles(document.uri))[0] === '6/7 passed, 1 not recorded')
    const text = document.getText()
    await replaceAll(document, text.replace('version:', '# a comment\nversion:'))
    await new Promise((resolve) => setTimeout(resolve, 500))
    assert.equal((await lensTitles(document.uri))[0], '6/7 passed, 1 not recorded')
    await replaceAll(document, text.replace('Do not guess.', 'Never guess.'))
    await until('the run lens', async () => (await lensTitles(document.uri))[0] === 'Run 8 cases')
    await replaceAll(document, text)
  })

  test('a golden set in JSONL with plain text answers', async () => {
    const { outcome } = await runCases(ticket)
    assert.deepEqual(outcome.report.totals, { n: 3, passed: 3, failed: 0, unanswered: 0, unscored: 0 })
  })
})
