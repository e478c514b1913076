/** The version that printed commands name; a test holds it equal to package.json. */
export const packageVersion = '0.1.0'

/**
 * A command as we print it anywhere: `npx -y @assay/core@0.1.0 lint --fix`.
 * The package is always named: `npx assay` would run whoever registers that name.
 */
export const command = (rest: string): string => `npx -y @assay/core@${packageVersion} ${rest}`
