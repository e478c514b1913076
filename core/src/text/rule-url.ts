/** The page that documents all rules. */
const rulesPage = 'https://github.com/OWNER/assay/blob/main/core/docs/rules.md'

/** The anchor of a rule on that page: `model-unpinned`. */
export const ruleAnchor = (id: string): string => id.replaceAll('/', '-')

/** Where a rule is explained. */
export const ruleUrl = (id: string): string => `${rulesPage}#${ruleAnchor(id)}`
