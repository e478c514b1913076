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

/** The cap of one prompt in micro-dollars: the gate's, lowered by what the caller allows; null: neither sets one. */
export function capOf(gate: number | null, allowed: number | undefined): number | null {
  if (gate === null) return allowed ?? null
  return Math.min(gate, allowed ?? gate)
}
