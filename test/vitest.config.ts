import { defineConfig } from 'vitest/config'

// The condition of core's `exports` that points at the sources, so that tests need no build.
const conditions = ['assay-source']

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/local-model/**', 'test/extension/host/**'],
    testTimeout: 30_000,
  },
})
