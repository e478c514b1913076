import * as assert from './assert.ts'
import * as vscode from 'vscode'
import { assay, assayDocuments, contract, fileUri, lensTitles, open, problems, until } from './editor.ts'

suite('without Git', () => {
  test('the rules that need a base are silent, and the lens offers no comparison', async () => {
    await assay()
    const { uri } = await open(contract)
    await until('the finding', () => problems(uri).length > 0)
    assert.ok(!problems(uri).some((line) => line.includes('version/bump-required')))
    assert.deepEqual((await lensTitles(uri)).slice(1), ['Preview'])
  })

  test('comparing opens nothing', async () => {
    await vscode.commands.executeCommand('assay.compareWithBase', fileUri(contract))
    assert.deepEqual(assayDocuments(), [])
  })

  test('the preview shows the prompt with the values of a case', async () => {
    await vscode.commands.executeCommand('assay.previewPrompt', fileUri(contract))
    const preview = await until('the preview', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'assay'),
    )
    assert.match(preview.getText(), /case lease-with-dates/)
    assert.match(preview.getText(), /Orchard Homes Ltd lets the house/)
  })
})
