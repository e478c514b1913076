#!/usr/bin/env node
// The first act, in syntax that Node 20 reads: say in one sentence what an older Node cannot run.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 12)) {
  process.stderr.write(`Assay needs Node 22.12 or newer; this is ${process.versions.node}.\n`)
  process.exit(2)
}

const { main } = await import('./args.ts')
process.exitCode = await main(process.argv)
