import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'

const here = new URL('.', import.meta.url).pathname

// CommonJS packages inside an ESM bundle call require(); without this the start dies with "Dynamic require of ...".
const banner = `import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);`

rmSync(`${here}dist`, { recursive: true, force: true })
// The library entries and their .d.ts.
execFileSync('npx', ['tsc', '-p', 'tsconfig.build.json'], { cwd: here, stdio: 'inherit' })
// The command: one file, with what few runs need (openai, the price table) as chunks that load when used.
await build({
  absWorkingDir: here,
  entryPoints: { main: 'src/cli/main.ts' },
  outdir: 'dist/cli',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  conditions: ['assay-source'],
  minify: true,
  legalComments: 'linked',
  banner: { js: banner },
  logLevel: 'warning',
})
for (const file of ['README.md', 'LICENSE']) copyFileSync(`${here}../${file}`, `${here}${file}`)
