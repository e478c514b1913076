import type { Case } from '../registry/golden.ts'
import type { Answer } from '../tape/exchange.ts'
import type { Ask } from '../eval/ask.ts'
import type { Side } from '../eval/request.ts'
import { run, takeSample, type Sample } from '../eval/run.ts'

/** The samples of one side of one prompt, asked when first needed and kept, so that two tests can score the same answers. */
export class Samples {
  readonly side: Side
  readonly #cases: ReadonlyMap<string, Case>
  readonly #ask: Ask
  readonly #taken = new Map<string, Map<number, Promise<Sample>>>()

  constructor(side: Side, cases: Iterable<Case>, ask: Ask) {
    this.side = side
    this.#cases = new Map([...cases].map((c) => [c.id, c]))
    this.#ask = ask
  }

  /** Sample 0 of every case, bounded in how many are open at once. */
  async takeFirst(onCase?: () => void): Promise<void> {
    for await (const { case: c, samples } of run(this.side, this.#cases.values(), this.#ask)) {
      for (const sample of samples) this.#row(c.id).set(sample.i, Promise.resolve(sample))
      onCase?.()
    }
  }

  /** One sample of one case. */
  take(id: string, i: number): Promise<Sample> {
    const row = this.#row(id)
    const known = row.get(i)
    if (known) return known
    const c = this.#cases.get(id)
    const sample: Promise<Sample> = c
      ? takeSample(this.side, c, i, this.#ask)
      : Promise.resolve({ i, ok: false, why: 'missing', reason: `${this.side.side} has no case ${id}` })
    row.set(i, sample)
    return sample
  }

  /** The first `runs` samples of a case; asks what is missing. */
  first(id: string, runs: number): Promise<Sample[]> {
    return Promise.all(Array.from({ length: runs }, (_, i) => this.take(id, i)))
  }

  /** All samples of a case so far, by index. */
  async taken(id: string): Promise<Sample[]> {
    const samples = await Promise.all(this.#row(id).values())
    return samples.toSorted((a, b) => a.i - b.i)
  }

  /** The answer that other scorers compare with. */
  async answer(id: string): Promise<Answer | undefined> {
    const sample = await this.#row(id).get(0)
    return sample?.ok ? sample.answer : undefined
  }

  #row(id: string): Map<number, Promise<Sample>> {
    let row = this.#taken.get(id)
    if (!row) this.#taken.set(id, (row = new Map()))
    return row
  }
}
