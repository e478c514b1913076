import { runSuites } from '../vscode/suites.ts'

export const run = () =>
  runSuites(
    () => import('./start.ts'),
    () => import('./authoring.ts'),
    () => import('./base.ts'),
    () => import('./evals.ts'),
    () => import('./broken.ts'),
  )
