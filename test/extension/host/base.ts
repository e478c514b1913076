import * as assert from './assert.ts'
import * as vscode from 'vscode'
import {
  actionsAt,
  assay,
  assayDocuments,
  contract,
  fileUri,
  lensTitles,
  open,
  problems,
  replaceAll,
  until,
} from './editor.ts'

suite('against the base branch', () => {
  let document: vscode.TextDocument
  let original = ''

  suiteSetup(async () => {
    await assay()
    document = await open(contract)
    original = document.getText()
  })
  teardown(() => replaceAll(document, original))

  test('a changed text under the old version is a Problem once Git has answered', async () => {
    await until('the finding', () => problems(document.uri).includes('0:9 Error version/bump-required'))
    const [message] = vscode.languages
      .getDiagnostics(document.uri)
      .flatMap(({ code, message }) => (code === 'version/bump-required' ? [message] : []))
    assert.match(message!, /since main/)
  })

  test('its quick fix sets the version and drafts the changelog entry', async () => {
    await until('the finding', () => problems(document.uri).includes('0:9 Error version/bump-required'))
    const actions = await actionsAt(document, original.indexOf('2.0.0'))
    const fix = actions.find(({ title }) => title === 'Set version 2.1.0 and add a changelog entry')
    assert.ok(fix, actions.map(({ title }) => title).join('\n'))
    assert.ok(await vscode.workspace.applyEdit(fix.edit!))
    assert.match(document.getText(), /^version: "2\.1\.0"$/m)
    assert.match(document.getText(), /^changelog:\n {2}- version: "2\.1\.0"\n {4}date: .*\n {4}change: /m)
    await until('no finding', () => !problems(document.uri).some((line) => line.includes('version/bump-required')))
  })

  test('the lens names the branch', async () => {
    await until('the lens', async () => (await lensTitles(document.uri))[1] === 'Compare with main')
  })

  test('comparing opens what changed, in words first', async () => {
    await replaceAll(document, original.replace('model: gpt-5.4-mini\n', 'model: gpt-5.4-mini-2026-03-17\n'))
    await vscode.commands.executeCommand('assay.compareWithBase', fileUri(contract))
    const label = () => vscode.window.tabGroups.activeTabGroup.activeTab?.label
    await until('the comparison', () => label()?.startsWith('contract_extraction: main ↔ working tree'))
    assert.match(label()!, /^contract_extraction: main ↔ working tree · bicycle-without-dates/)
    await until('its documents', () => assayDocuments().length >= 6)
    const folder = '/contract_extraction, main ↔ now'
    const names = ['answer.json', 'summary.md', 'system.md'].map((name) => `${folder}/${name}`)
    assert.deepEqual([...new Set(assayDocuments())].sort(), names)
    const summaries = vscode.workspace.textDocuments.filter(({ uri }) => uri.path.endsWith('summary.md'))
    const textOf = (side: string) => summaries.find(({ uri }) => uri.query.includes(`side=${side}`))!.getText()
    assert.match(textOf('base'), /2\.0\.0, main\n\nGolden cases: 4\/7 passed/)
    assert.match(textOf('now'), /Golden cases: 6\/7 passed .*\nNo recorded answer: 1/)
    assert.match(textOf('now'), /Change: adds "If a field is absent, return null\. Do not guess\."/)
    assert.match(textOf('now'), /Failed before, passes now: bicycle-without-dates, consulting-open-end/)
    await vscode.commands.executeCommand('workbench.action.closeAllEditors')
    document = await open(contract)
  })
})
