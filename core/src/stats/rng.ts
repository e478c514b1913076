/** A source of numbers in [0, 1). */
export type Random = () => number

/**
 * xoshiro128** 1.1 (D. Blackman, S. Vigna), seeded from the first 32 hex digits of a hash, so that every rerun of a report
 * prints the same numbers. 32 bits a call.
 */
export function xoshiro128(seedHex: string): Random {
  if (!/^[0-9a-f]{32}/i.test(seedHex)) throw new RangeError('a seed has at least 32 hex digits')
  let [a, b, c, d] = [0, 8, 16, 24].map((i) => Number.parseInt(seedHex.slice(i, i + 8), 16)) as [
    number,
    number,
    number,
    number,
  ]
  // The generator cannot leave the all-zero state.
  if ((a | b | c | d) === 0) a = 1
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotate(d, 11)
    return result / 2 ** 32
  }
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by))
