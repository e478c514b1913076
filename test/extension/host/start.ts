import * as assert from './assert.ts'
import { assay } from './editor.ts'

suite('start', () => {
  test('the extension starts and says how long that took', async () => {
    const { activationMs } = await assay()
    assert.ok(activationMs > 0)
    console.log(`activation took ${activationMs.toFixed(1)} ms`)
  })
})
