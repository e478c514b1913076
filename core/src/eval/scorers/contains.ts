import { normalise, normList, normProblem } from './normalise.ts'
import { passOrFail, type Scorer } from './scorer.ts'

const needlesOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String)

/** The answer holds the text of `value`, or all (`mode: any`: one) of a list, after the normalisers of `norm`. */
export const contains: Scorer = {
  id: 'contains',
  mayGate: true,
  options: ['value', 'norm', 'mode'],
  problem(options) {
    if (options['value'] === undefined || needlesOf(options['value']).some((needle) => needle === '')) {
      return 'contains needs a "value" that is not empty'
    }
    const mode = options['mode']
    if (mode !== undefined && mode !== 'all' && mode !== 'any') return 'mode is "all" or "any"'
    return normProblem(options['norm'])
  },
  score(_, answer, { options }) {
    const names = normList(options['norm'])
    const text = normalise(answer.text, names)
    const needles = needlesOf(options['value'])
    const missing = needles.filter((needle) => !text.includes(normalise(needle, names)))
    const pass = options['mode'] === 'any' ? missing.length < needles.length : missing.length === 0
    const named = missing.map((needle) => JSON.stringify(needle)).join(', ')
    return {
      ...passOrFail(pass, pass ? 'found' : `does not contain ${named}`),
      value: (needles.length - missing.length) / needles.length,
    }
  },
}
