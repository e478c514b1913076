import * as assert from './assert.ts'
import * as vscode from 'vscode'

suite('Restricted Mode', () => {
  test('the folder is not trusted', () => {
    assert.equal(vscode.workspace.isTrusted, false)
  })
})
