import { runSuites } from '../vscode/suites.ts'

export const run = () =>
  runSuites(
    () => import('./start.ts'),
    () => import('./untrusted.ts'),
    () => import('./authoring.ts'),
    () => import('./evals.ts'),
    () => import('./no-base.ts'),
  )
