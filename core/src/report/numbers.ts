/** Numbers as people read them: real minus, thin words, never more digits than were measured. */

/** `1,640`; negative numbers with a real minus. */
export const whole = (value: number): string => Math.round(value).toLocaleString('en-US').replace('-', '−')

/** `+28`, `−6`, `0`. */
export const signed = (value: number): string => (value > 0 ? `+${whole(value)}` : whole(value))

/** A share of the cases as points: `−8.0 points`. */
export const points = (share: number): string =>
  `${signedFixed(share * 100)} ${Math.abs(share * 100) === 1 ? 'point' : 'points'}`

/** `−18.8`, `+3.0`, `0.0`. */
export const signedFixed = (value: number): string => {
  const text = Math.abs(value).toFixed(1)
  return text === '0.0' ? '0.0' : value < 0 ? `−${text}` : `+${text}`
}

/** `83.8–97.9 %`. */
export const percentRange = (low: number, high: number): string =>
  `${(low * 100).toFixed(1)}–${(high * 100).toFixed(1)} %`

/** Micro-dollars as `$0.042`: two significant digits below a cent, at most six decimals; `$0` for nothing. */
export function dollars(microUsd: number): string {
  const value = Math.abs(microUsd) / 1e6
  const sign = microUsd < 0 ? '−' : ''
  if (value === 0) return '$0'
  if (value >= 1) return `${sign}$${value.toFixed(2)}`
  const decimals = Math.min(6, Math.max(3, 1 - Math.floor(Math.log10(value))))
  return `${sign}$${value.toFixed(decimals).replace(/(\.\d\d\d*?)0+$/, '$1')}`
}

/** `12 of 50 answers`: the plural of a noun by its count. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${whole(count)} ${count === 1 ? one : many}`

/** `1.8 s`, `240 ms`. */
export const duration = (ms: number): string => (ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`)

/** p values: `.031`, `< .001`. */
export const probability = (p: number): string => (p < 0.001 ? '< .001' : p.toFixed(3).replace(/^0/, ''))

/** The day of an ISO time. */
export const day = (iso: string): string => iso.slice(0, 10)
