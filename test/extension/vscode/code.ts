#!/usr/bin/env node
// Acts as the desktop's `code` in a test run, so that runTests of @vscode/test-electron needs no desktop VS Code:
//   code.ts FOLDER --extensionDevelopmentPath=… --extensionTestsPath=…
// Its environment reaches the extension host, its exit code is that of the run.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { runTestsInVsCode } from './run-tests.ts'

const args = process.argv.slice(2)
const values = (name: string) =>
  args.filter((arg) => arg.startsWith(`--${name}=`)).map((arg) => resolve(arg.slice(name.length + 3)))

const folder = args.find((arg) => !arg.startsWith('-') && existsSync(arg))
const [tests] = values('extensionTestsPath')
if (!folder || !tests) {
  console.error('usage: code.ts FOLDER --extensionDevelopmentPath=FOLDER --extensionTestsPath=FILE')
  process.exit(2)
}
try {
  process.exitCode = await runTestsInVsCode({
    folder: resolve(folder),
    extensions: values('extensionDevelopmentPath'),
    tests,
    onLog: (line) => console.log(line),
  })
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
