import * as assert from './assert.ts'
import * as vscode from 'vscode'
import { actionsAt, assay, contract, lensTitles, open, problems, replaceAll, until } from './editor.ts'

suite('authoring', () => {
  let document: vscode.TextDocument
  let original = ''

  suiteSetup(async () => {
    await assay()
    document = await open(contract)
    original = document.getText()
  })
  teardown(() => replaceAll(document, original))

  const has = (line: string) => until(line, () => problems(document.uri).includes(line))
  const hasNot = (rule: string) =>
    until(`no ${rule}`, () => !problems(document.uri).some((line) => line.endsWith(rule)))

  test('an alias is a Problem, and its first quick fix pins it', async () => {
    await has('1:7 Error model/unpinned')
    const actions = await actionsAt(document, original.indexOf('gpt-5.4-mini'))
    const [preferred] = actions.filter(({ isPreferred }) => isPreferred)
    assert.equal(preferred?.title, 'Pin to gpt-5.4-mini-2026-03-17')
    assert.ok(await vscode.workspace.applyEdit(preferred.edit!))
    assert.equal(document.lineAt(1).text, 'model: gpt-5.4-mini-2026-03-17')
    await hasNot('model/unpinned')
  })

  test('typing shows a Problem within 200 ms of the pause, and the last text wins', async () => {
    await replaceAll(document, original.replace('{contract_text}\n', '{contract_txt}\n'))
    await replaceAll(document, original.replace('{contract_text}\n', '{contract}\n'))
    const started = Date.now()
    const messages = () => vscode.languages.getDiagnostics(document.uri).map(({ message }) => message)
    await until('the finding', () => messages().some((message) => message.includes('{contract} is not declared')))
    console.log(`finding after ${Date.now() - started} ms`)
  })

  test('a comment that ignores a rule is offered, with its reason left to write', async () => {
    await has('1:7 Error model/unpinned')
    const actions = await actionsAt(document, original.indexOf('gpt-5.4-mini'))
    const ignore = actions.find(({ title }) => title === 'Ignore model/unpinned here…')
    assert.ok(ignore)
    assert.equal(ignore.isPreferred, false)
    const text = original.replace('model:', '# assay-ignore model/unpinned: the vendor pins it for us\nmodel:')
    await replaceAll(document, text)
    await hasNot('model/unpinned')
  })

  test('Fix All applies every safe fix in one edit', async () => {
    await has('1:7 Error model/unpinned')
    await vscode.commands.executeCommand('assay.fixAll', document.uri)
    assert.match(document.getText(), /^model: gpt-5\.4-mini-2026-03-17$/m)
    await hasNot('model/unpinned')
  })

  test('Fix All is offered to run on save', async () => {
    const kind = vscode.CodeActionKind.SourceFixAll.append('assay').value
    const everything = new vscode.Range(0, 0, document.lineCount, 0)
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      everything,
      kind,
    )
    assert.deepEqual(
      actions.map((action) => action.kind?.value),
      [kind],
    )
  })

  test('one line of lenses says what can be done', async () => {
    const titles = await lensTitles(document.uri)
    assert.equal(titles[0], 'Run 8 cases')
    assert.equal(titles.at(-1), 'Preview')
  })

  test('a YAML file that is no prompt has no lenses', async () => {
    const { uri } = await open('assay.yaml')
    assert.deepEqual(await lensTitles(uri), [])
    await open(contract)
  })
})
