import type { Metafile } from 'esbuild'

export function buildExtension(): Promise<{ sizes: { desktop: number; web: number }; meta: Metafile }>
