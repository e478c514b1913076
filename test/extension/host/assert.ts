/** The few assertions that the host tests make: Node's own module is not there in the web worker. */

export function ok(value: unknown, message?: string): asserts value {
  if (!value) throw new Error(message ?? `expected a value, got ${show(value)}`)
}

export function equal<T>(actual: unknown, expected: T): asserts actual is T {
  if (!Object.is(actual, expected)) throw new Error(`expected ${show(expected)}, got ${show(actual)}`)
}

export function deepEqual(actual: unknown, expected: unknown): void {
  if (show(actual) !== show(expected)) throw new Error(`expected ${show(expected)}\ngot ${show(actual)}`)
}

export function match(actual: string, pattern: RegExp): void {
  if (!pattern.test(actual)) throw new Error(`expected ${pattern}\nin ${actual}`)
}

const show = (value: unknown): string => JSON.stringify(value, null, 1) ?? String(value)
