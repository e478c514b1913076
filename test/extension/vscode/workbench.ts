import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** The looks to check. Names change between versions of VS Code; the class on the workbench does not. */
export const themes = [
  { name: 'Light Modern', look: 'vs' },
  { name: 'Dark Modern', look: 'vs-dark' },
  { name: 'Default High Contrast', look: 'hc-black' },
  { name: 'Default High Contrast Light', look: 'hc-light' },
] as const

export async function waitForWorkbench(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 })
}

/** Runs a command from the palette by its title, with the category: `Assay: Fix All`. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1')
  const box = page.locator('.quick-input-widget')
  await box.locator('input.input').fill(`>${title}`)
  await box.locator('.monaco-list-row', { hasText: title }).first().waitFor()
  await page.keyboard.press('Enter')
  await page.locator('.quick-input-list .monaco-list-row', { hasText: title }).waitFor({ state: 'hidden' })
}

/**
 * Changes a setting while VS Code runs, through the opened folder: it takes these over in 0.3 s, whereas it may not
 * notice a second change of the user's settings file.
 */
export function setSetting(workspace: string, name: string, value: unknown): void {
  const file = join(workspace, '.vscode/settings.json')
  mkdirSync(join(workspace, '.vscode'), { recursive: true })
  writeFileSync(file, JSON.stringify({ ...readJson(file), [name]: value }, null, 2))
}

export async function setTheme(page: Page, workspace: string, theme: (typeof themes)[number]): Promise<void> {
  setSetting(workspace, 'workbench.colorTheme', theme.name)
  await page.locator(`.monaco-workbench.${theme.look}`).waitFor({ timeout: 10_000 })
}

/**
 * Clicks a code lens. After a new layout VS Code paints lenses from its cache, as text without a link, until the editor
 * is used again; so the cursor goes into the editor first.
 */
export async function clickLens(page: Page, title: string): Promise<void> {
  const lens = page.locator('.codelens-decoration a', { hasText: title }).first()
  for (let triesLeft = 3; ; triesLeft--) {
    await page.locator('.monaco-editor .view-lines').first().click()
    try {
      return await lens.click({ timeout: 5000 })
    } catch (error) {
      if (triesLeft === 1) throw error
    }
  }
}

function readJson(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}
