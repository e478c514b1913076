/** Aborted by SIGINT or SIGTERM: ask nothing more, write what is there, post nothing. The runner gives ten seconds. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => stop.abort(new Error('the run was stopped')))
  return stop.signal
}
