const attempts = 6

/** What work takes of the processor: a machine that is busy with something else does not make it longer. */
export function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage()
  run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

/**
 * Whether work on twice the input takes at most 2.6 times as long. A pause of the collector is given another try; quadratic
 * work fails each time.
 */
export function isLinear(half: () => unknown, whole: () => unknown): boolean {
  cpuMs(half)
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const once = Math.min(cpuMs(half), cpuMs(half))
    // Too short to tell apart from a pause of the collector.
    if (Math.min(cpuMs(whole), cpuMs(whole)) <= Math.max(once * 2.6, once + 10)) return true
  }
  return false
}
