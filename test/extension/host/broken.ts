import * as assert from './assert.ts'
import * as vscode from 'vscode'
import { assay, contract, fileUri, lensTitles, open, problems, replaceAll, until } from './editor.ts'

const write = (path: string, text: string) =>
  vscode.workspace.fs.writeFile(fileUri(path), new TextEncoder().encode(text))

suite('files that cannot be read', () => {
  test('a broken prompt stays in the tree and says why; once mended it is a prompt', async () => {
    const { controller } = await assay()
    const path = 'prompts/v1/reply.yaml'
    await write(path, 'version: "1.0.0"\nmodel: gpt-5.4-mini-2026-03-17\nuser_template: [\n')
    const item = await until('the item', () => controller.items.get(fileUri(path).toString()))
    assert.match(String(item.error), /^Cannot read reply\.yaml: line \d: /)
    await until('the Problem', () => problems(fileUri(path)).length > 0)
    await write(
      path,
      'version: "1.0.0"\nmodel: gpt-5.4-mini-2026-03-17\nuser_template: "{question}"\nchangelog:\n  - { version: "1.0.0", date: "2026-11-01", change: First version of the reply }\n',
    )
    await until('no error', () => !item.error)
    assert.equal(item.description, 'v1.0.0 · gpt-5.4-mini-2026-03-17 · no golden cases: only the text is checked')
    const { uri } = await open(path)
    await until('the lens', async () => (await lensTitles(uri))[0] === 'No golden cases: only the text is checked')
    await vscode.workspace.fs.delete(fileUri(path))
    await until('the item to go', () => !controller.items.get(fileUri(path).toString()))
    assert.deepEqual(problems(fileUri(path)), [])
  })

  test('a golden set with an error is not run', async () => {
    const { controller } = await assay()
    const path = 'prompts/golden/contract_extraction.yaml'
    const document = await open(path)
    const original = document.getText()
    await replaceAll(document, original.replace('id: two-languages', 'id: loan-with-end'))
    const item = controller.items.get(fileUri(contract).toString())!
    await until('the error', () => item.error)
    assert.match(
      String(item.error),
      /^Cannot read contract_extraction\.yaml: line \d+: Case id "loan-with-end" is also on line/,
    )
    assert.deepEqual(
      problems(document.uri).map((line) => line.split(' ')[2]),
      ['eval/duplicate-case'],
    )
    await replaceAll(document, original)
    await until('no error', () => !item.error)
  })

  test('a broken assay.yaml is a Problem, and the defaults are in use', async () => {
    const document = await open('assay.yaml')
    const original = document.getText()
    await replaceAll(document, `${original}gate: {}\n`)
    await until('the Problem', () => problems(document.uri).length > 0)
    const { controller } = await assay()
    assert.ok(controller.items.get(fileUri(contract).toString()))
    await replaceAll(document, original)
    await until('no Problem', () => problems(document.uri).length === 0)
  })
})
