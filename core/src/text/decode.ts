/** The text of a file without its byte order mark, or what is wrong with its bytes. */
export type Decoded = { ok: true; text: string; bom: boolean } | { ok: false; problem: string }

/** Bytes to text: UTF-8 only, because a wrongly guessed encoding changes what a model reads. A UTF-8 mark is taken off and remembered. */
export function decodeText(bytes: Uint8Array): Decoded {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { ok: false, problem: 'file is UTF-16; save it as UTF-8.' }
  }
  const bom = first === 0xef && second === 0xbb && bytes[2] === 0xbf
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bom ? bytes.subarray(3) : bytes)
    return { ok: true, text, bom }
  } catch {
    return { ok: false, problem: 'file is not valid UTF-8; save it as UTF-8.' }
  }
}
