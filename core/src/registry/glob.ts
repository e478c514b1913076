/**
 * `**` is any number of folders, `*` and `?` stay inside one, `{a,b}` is either. A pattern without a slash matches in
 * any folder; one that ends with a slash means everything below. Matching takes linear time in the path for each `*`.
 */
export function matchesGlob(path: string, pattern: string): boolean {
  const whole = pattern.endsWith('/') ? `${pattern}**` : pattern
  return expandBraces(whole).some((each) =>
    matchSteps(path.split('/'), (each.includes('/') ? each : `**/${each}`).split('/')),
  )
}

function expandBraces(pattern: string): string[] {
  const match = /^([^{}]*)\{([^{}]*)\}(.*)$/s.exec(pattern)
  if (!match) return [pattern]
  const [, before, choices, after] = match
  // One level is enough for file names, and it cannot explode.
  return choices!
    .split(',')
    .slice(0, 20)
    .map((choice) => `${before}${choice}${after}`)
}

function matchSteps(steps: string[], pattern: string[]): boolean {
  let states = new Set([0])
  const skip = (from: Set<number>): Set<number> => {
    const all = new Set(from)
    for (const state of all) if (pattern[state] === '**') all.add(state + 1)
    return all
  }
  states = skip(states)
  for (const step of steps) {
    const next = new Set<number>()
    for (const state of states) {
      const wanted = pattern[state]
      if (wanted === undefined) continue
      if (wanted === '**') next.add(state)
      else if (matchStep(step, wanted)) next.add(state + 1)
    }
    states = skip(next)
    if (states.size === 0) return false
  }
  return states.has(pattern.length)
}

/** `*` and `?` in one step, with a single place to come back to instead of a regular expression. */
function matchStep(text: string, pattern: string): boolean {
  let at = 0
  let in_ = 0
  let star = -1
  let mark = 0
  while (at < text.length) {
    if (pattern[in_] === '*') {
      star = in_
      in_ += 1
      mark = at
    } else if (in_ < pattern.length && (pattern[in_] === '?' || pattern[in_] === text[at])) {
      in_ += 1
      at += 1
    } else if (star !== -1) {
      in_ = star + 1
      mark += 1
      at = mark
    } else {
      return false
    }
  }
  while (pattern[in_] === '*') in_ += 1
  return in_ === pattern.length
}
