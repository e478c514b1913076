/**
 * The editor's API as a value. `extension.ts` imports it once and passes it on; all other files import its types alone, so
 * that a test hands in a small fake and mocks no module.
 */
export type Vscode = typeof import('vscode')
