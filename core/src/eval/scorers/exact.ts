import { normalise, normList, normProblem } from './normalise.ts'
import { passOrFail, type Scorer } from './scorer.ts'

/** The answer equals the expectation, or one of a list, after the normalisers of `norm` on both sides. */
export const exact: Scorer = {
  id: 'exact',
  mayGate: true,
  options: ['norm'],
  problem: (options, c) => (c.expected === undefined ? 'exact needs "expected"' : normProblem(options['norm'])),
  score(c, answer, { options }) {
    const names = normList(options['norm'])
    const got = normalise(answer.text, names)
    const expected = (Array.isArray(c.expected) ? c.expected : [c.expected ?? null]).map((value) =>
      typeof value === 'string' ? value : JSON.stringify(value),
    )
    const pass = expected.some((value) => normalise(value, names) === got)
    return passOrFail(
      pass,
      pass
        ? 'equals the expectation'
        : `expected ${expected.map((value) => JSON.stringify(value)).join(' or ')}, got ${JSON.stringify(answer.text)}`,
    )
  },
}
