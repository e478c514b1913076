// Stands for `mocha` in bundles for the web worker: the package's own browser build, which leaves its class as a global.
// By its path, because the bundler sends every import of `mocha` here.
// oxlint-disable-next-line import/no-unassigned-import
import '../../../node_modules/mocha/mocha.js'

export default (globalThis as unknown as { Mocha: unknown }).Mocha
