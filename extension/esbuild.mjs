// One source, two outputs: the desktop's and the remote's extension host, and the web worker.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { build } from 'esbuild'

const here = new URL('.', import.meta.url).pathname

/**
 * Builds both entries into `dist` and returns their sizes in bytes. A file is replaced as a whole and only when it differs,
 * so that tests may build while another test's VS Code reads.
 */
export async function buildExtension() {
  const shared = {
    absWorkingDir: here,
    entryPoints: ['src/extension.ts'],
    bundle: true,
    format: 'cjs',
    conditions: ['assay-source'],
    // The editor replays recorded answers: no client of a model provider belongs into either file.
    external: ['vscode', 'openai'],
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'linked',
    logLevel: 'warning',
    metafile: true,
    write: false,
  }
  const desktop = await build({ ...shared, outfile: 'dist/desktop.cjs', platform: 'node', target: 'node22' })
  // Without Node's built-in modules: when this fails, something pure stopped being pure.
  const web = await build({ ...shared, outfile: 'dist/web.js', platform: 'browser', target: 'es2022' })
  for (const { path, contents } of [...desktop.outputFiles, ...web.outputFiles]) replace(path, contents)
  const sizes = {
    desktop: desktop.metafile.outputs['dist/desktop.cjs'].bytes,
    web: web.metafile.outputs['dist/web.js'].bytes,
  }
  return { sizes, meta: desktop.metafile }
}

function replace(path, contents) {
  mkdirSync(dirname(path), { recursive: true })
  try {
    if (readFileSync(path).equals(contents)) return
  } catch {
    // There is none yet.
  }
  const next = `${path}.${process.pid}.new`
  writeFileSync(next, contents)
  renameSync(next, path)
}

if (relative(process.argv[1] ?? '', new URL(import.meta.url).pathname) === '') {
  const { sizes } = await buildExtension()
  for (const [name, bytes] of Object.entries(sizes)) console.log(`${name} ${(bytes / 1000).toFixed(0)} kB`)
}
