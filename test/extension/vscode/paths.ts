import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { codeServer, recipe } from './pins.ts'

const here = dirname(fileURLToPath(import.meta.url))

/** The checkout. */
export const root = join(here, '../../..')

/** Holds one folder per set of pins; a CI cache may keep it outside the checkout. */
export const serverDir = process.env.VSCODE_SERVER_DIR ?? join(root, '.vscode-server')

/** VS Code itself. The pins are part of the name, so a change of pins never meets an old installation. */
export const app = join(serverDir, `${codeServer.version}-${recipe}`)

/** VS Code's server needs 22.15 or newer, so it runs on the Node that the project brings. */
export const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** The stand-in for the `code` executable. */
export const codeExecutable = join(here, 'code.ts')

/** Bundles and pictures; not in git. */
export const out = join(root, 'test/extension/out')
