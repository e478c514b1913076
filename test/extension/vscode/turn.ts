import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { out } from './paths.ts'

const holder = join(out, 'turn')

/** Waits until no other test file runs a VS Code, and returns what ends the turn: two at once take more than twice as long. */
export async function takeTurn(): Promise<() => void> {
  mkdirSync(out, { recursive: true })
  for (;;) {
    try {
      writeFileSync(holder, String(process.pid), { flag: 'wx' })
      return () => rmSync(holder, { force: true })
    } catch {
      if (!isAlive(heldBy())) rmSync(holder, { force: true })
      else await sleep(200)
    }
  }
}

/** null: it was given back in the meantime, or is being taken. */
function heldBy(): number | null {
  try {
    return Number(readFileSync(holder, 'utf8')) || null
  } catch {
    return null
  }
}

function isAlive(pid: number | null): boolean {
  if (pid === null) return true
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
