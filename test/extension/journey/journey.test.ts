import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { buildExtension } from '../../../extension/esbuild.mjs'
import { decideVsCodeTests } from '../vscode/chromium.ts'
import { openVsCode, type OpenVsCode } from '../vscode/open.ts'
import { out, root } from '../vscode/paths.ts'
import { takeTurn } from '../vscode/turn.ts'
import { runCommand } from '../vscode/workbench.ts'
import { sampleRepository } from '../sample-repository.ts'

/** A loaded machine is slow, not wrong. */
const patient = { timeout: 30_000 }

const decision = decideVsCodeTests()
if (!decision.run) console.log(decision.message)

// The pictures are in git; an ordinary run must not change them.
const pictures = process.env.ASSAY_PICTURES === '1' ? join(import.meta.dirname, 'pictures') : join(out, 'pictures')

test.runIf(!decision.run)('the journey is skipped only where there is no Chromium, never in CI', () => {
  expect(decision).toMatchObject({ failed: false })
})

describe.runIf(decision.run)('a prompt author, from the squiggle to the comparison, by keyboard', () => {
  let code: OpenVsCode
  let page: Page
  let repository: Awaited<ReturnType<typeof sampleRepository>>

  let endTurn = () => {}

  beforeAll(async () => {
    endTurn = await takeTurn()
    mkdirSync(pictures, { recursive: true })
    await buildExtension()
    repository = await sampleRepository()
    code = await openVsCode({
      extension: join(root, 'extension'),
      workspace: repository.path,
      openFile: 'prompts/v2/contract_extraction.yaml',
      settings: { 'editor.minimap.enabled': false, 'breadcrumbs.enabled': false },
    })
    page = code.page
  }, 600_000)

  afterAll(async () => {
    endTurn()
    await code?.close()
    repository?.remove()
  })

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await page.screenshot({ path: join(out, 'journey-failed.png') })
  })

  const picture = (name: string) => page.screenshot({ path: join(pictures, `${name}.png`) })
  const editor = () => page.locator('.monaco-editor').first()
  const lens = (title: string) => page.locator('.codelens-decoration', { hasText: title }).first()

  const goTo = async (place: string) => {
    await page.keyboard.press('Control+g')
    await page.locator('.quick-input-widget input.input').fill(`:${place}`)
    await page.keyboard.press('Enter')
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' })
  }

  test('an opened prompt shows what is wrong with it and what can be done', async () => {
    await lens('Compare with main').waitFor({ timeout: 90_000 })
    await expect.poll(() => page.locator('.squiggly-error').count(), patient).toBeGreaterThanOrEqual(2)
    await expect
      .poll(() => lens('Run 8 cases').textContent(), patient)
      .toMatch(/Run 8 cases.*Compare with main.*Preview/)
    await editor().click()
    await runCommand(page, 'View: Focus Problems')
    await page.locator('.markers-panel .monaco-list-row', { hasText: 'is an alias' }).waitFor()
    await picture('1-open')
  }, 120_000)

  test('the quick fix pins the model', async () => {
    await editor().click()
    await goTo('2:10')
    await page.keyboard.press('Control+.')
    const menu = page.locator('.action-widget')
    await menu.getByText('Pin to gpt-5.4-mini-2026-03-17').waitFor()
    await picture('2-quick-fix')
    await page.keyboard.press('Enter')
    await expect.poll(() => editor().textContent(), patient).toContain('gpt-5.4-mini-2026-03-17')
    await expect.poll(() => page.locator('.squiggly-error').count(), patient).toBe(1)
  }, 120_000)

  test('a run shows what passed, what failed and what is not recorded', async () => {
    await runCommand(page, 'Testing: Focus on Test Explorer View')
    await page.locator('.test-explorer .monaco-list-row', { hasText: 'contract_extraction' }).click()
    await page.locator('.test-explorer .monaco-list-row', { hasText: 'lease-with-dates' }).waitFor()
    await editor().click()
    await runCommand(page, 'Assay: Run Golden Cases')
    await lens('6/7 passed, 1 not recorded').waitFor()
    const row = page.locator('.test-explorer .monaco-list-row', { hasText: 'notice-period-is-no-date' })
    await expect.poll(() => row.getAttribute('aria-label'), patient).toMatch(/failed/i)
    await picture('3-run')
  }, 120_000)

  test('a failed case shows the expected and the actual answer', async () => {
    await page.locator('.test-explorer .monaco-list-row', { hasText: 'notice-period-is-no-date' }).click()
    await page.locator('.tab.active', { hasText: 'golden' }).waitFor()
    await runCommand(page, 'Test: Go to Next Test Failure')
    const peek = page.locator('.test-output-peek')
    await peek.waitFor()
    await expect.poll(() => peek.textContent(), patient).toContain('30 days')
    // The first message is the sentence, the second the two texts.
    await runCommand(page, 'Test: Go to Next Test Failure')
    await peek.locator('.monaco-diff-editor').waitFor()
    await expect.poll(() => peek.locator('.monaco-diff-editor').textContent(), patient).toContain('30')
    await picture('4-failed-case')
  }, 120_000)

  test('the comparison shows what changed against the base branch', async () => {
    await runCommand(page, 'View: Toggle Panel Visibility')
    await page.locator('.tab', { hasText: 'contract_extraction.yaml' }).first().click()
    await runCommand(page, 'Assay: Compare with Base')
    await page.locator('.tab.active', { hasText: 'main ↔ working tree' }).waitFor()
    await expect.poll(() => page.locator('.multiDiffEditor').textContent(), patient).toMatch(/6\/7\spassed/)
    await picture('5-compare')
  }, 120_000)

  test('another case refills the comparison', async () => {
    await page.keyboard.press('F1')
    const box = page.locator('.quick-input-widget')
    await box.locator('input.input').fill('>Assay: Choose Case')
    await box.locator('.monaco-list-row', { hasText: 'Choose Case' }).first().waitFor()
    await page.keyboard.press('Enter')
    await box.locator('.monaco-list-row', { hasText: 'two-languages' }).waitFor()
    await box.locator('input.input').fill('two-languages')
    await page.keyboard.press('Enter')
    await expect
      .poll(() => page.locator('.tab.active').textContent(), patient)
      .toContain('working tree · two-languages')
  }, 120_000)
})
