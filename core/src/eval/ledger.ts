/**
 * Money of a run in integer micro-dollars. Reserving is the check: asking first and adding up later overspends as soon as
 * two calls are in flight.
 */
export class Ledger {
  readonly cap: number | null
  #reserved = 0
  #spent = 0

  /** `cap` null: no limit. */
  constructor(cap: number | null) {
    this.cap = cap
  }

  get spent(): number {
    return this.#spent
  }

  /** Takes the upper bound of one call out of the cap, or refuses. */
  reserve(bound: number): boolean {
    if (this.cap !== null && this.#spent + this.#reserved + bound > this.cap) return false
    this.#reserved += bound
    return true
  }

  /** Gives the reservation back and books what the call cost (0 for a call that failed). */
  settle(bound: number, cost: number): void {
    this.#reserved -= bound
    this.#spent += cost
  }
}

/**
 * The caps of several prompts in micro-dollars, lowered in proportion when their sum passes what the run may spend. null:
 * no cap of its own; such a prompt takes part with the whole of `limit`.
 */
export function shareCaps(caps: readonly (number | null)[], limit: number | null): (number | null)[] {
  if (limit === null) return [...caps]
  const wanted = caps.map((cap) => cap ?? limit)
  const sum = wanted.reduce((total, cap) => total + cap, 0)
  return sum <= limit ? wanted : wanted.map((cap) => Math.floor((cap * limit) / sum))
}
