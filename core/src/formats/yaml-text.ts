import { Document, isPair, isScalar, visit } from 'yaml'
import type { Json } from '../text/json.ts'

/** Read as other types by people or by YAML 1.1 readers, so always in quotes. */
const quoted = new Set(['version', 'date'])

/** A value as YAML text: the one place where these options stand. Texts of several lines become block literals. */
export function yamlText(value: Json): string {
  const doc = new Document(value, { aliasDuplicateObjects: false, version: '1.2', schema: 'core' })
  visit(doc, {
    Pair(_, pair) {
      const key = isScalar(pair.key) ? pair.key.value : null
      if (quoted.has(String(key)) && isScalar(pair.value) && typeof pair.value.value === 'string') {
        pair.value.type = 'QUOTE_DOUBLE'
      }
    },
    Scalar(_, node) {
      // A block literal cannot hold what YAML forbids raw, and readers would lose a carriage return.
      const { value } = node
      // A version reads like a number to people.
      if (typeof value === 'string' && (!isPlainText(value) || /^\d+\.\d+\.\d/.test(value))) node.type = 'QUOTE_DOUBLE'
    },
    Seq(_, node, path) {
      // Short lists of words read better on one line: tags, owners, required.
      const parent = path.at(-1)
      const words = node.items.every((item) => isScalar(item) && !/[\n,]/.test(String(item.value)))
      if (isPair(parent) && words && JSON.stringify(node.toJSON()).length <= 80) node.flow = true
    },
    Map(_, node) {
      if (node.items.length === 0) node.flow = true
    },
  })
  return doc.toString({ lineWidth: 0, blockQuote: 'literal', flowCollectionPadding: true }).replace(/[^\n]$/, '$&\n')
}

const isPlainText = (value: string): boolean =>
  // oxlint-disable-next-line no-control-regex -- these are what the expression is for
  !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]|^[ \t\n]|\t/.test(value) && /\S/.test(value || 'x')

/** Every map and list in blocks: for files of other tools. */
export const plainYaml = (value: Json): string =>
  new Document(value, { aliasDuplicateObjects: false }).toString({ lineWidth: 0, blockQuote: 'literal' })
