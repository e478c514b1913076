import { build, type Plugin } from 'esbuild'
import { rmSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

const here = import.meta.dirname

// CommonJS packages inside an ESM bundle call require(); without this the start dies with "Dynamic require of ...".
const banner = `import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);`

/** Puts our own module in the place of `undici`, in packages only: what it says of itself is in its file. */
const undiciWhenProxied: Plugin = {
  name: 'undici-when-proxied',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^undici$/ }, ({ importer }) =>
      importer.includes('node_modules') ? { path: join(here, 'src/undici-when-proxied.ts') } : undefined,
    ),
}

/**
 * Bundles the Action. What few runs need (the client of the providers, the price table) lies in chunks that load when
 * used. Equal sources give equal bytes: no date and no path of this machine.
 * @returns bytes by file
 */
export async function bundle(folder: string): Promise<Record<string, number>> {
  rmSync(folder, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: { index: 'src/main.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    conditions: ['assay-source'],
    minify: true,
    legalComments: 'linked',
    banner: { js: banner },
    plugins: [undiciWhenProxied],
    metafile: true,
    logLevel: 'warning',
  })
  return Object.fromEntries(Object.entries(metafile.outputs).map(([path, { bytes }]) => [basename(path), bytes]))
}

if (import.meta.main) {
  const sizes = await bundle(process.argv[2] ? resolve(process.argv[2]) : join(here, 'dist'))
  for (const [name, bytes] of Object.entries(sizes)) console.log(`${String(bytes).padStart(9)}  ${name}`)
  console.log(`${String(Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0)).padStart(9)}  in all`)
}
