import type * as z from 'zod'

type Def = {
  type: string
  shape?: Record<string, z.ZodType>
  innerType?: z.ZodType
  element?: z.ZodType
  valueType?: z.ZodType
  options?: z.ZodType[]
  in?: z.ZodType
}

const defOf = (shape: z.ZodType): Def => (shape as unknown as { _zod: { def: Def } })._zod.def

/** The keys that a shape allows at a path, in its own order; zod names the unknown keys but not the known ones. */
export function legalKeys(shape: z.ZodType, path: readonly PropertyKey[]): string[] {
  const found = path.reduce<z.ZodType[]>((shapes, step) => shapes.flatMap((each) => stepInto(each, step)), [shape])
  return [...new Set(found.flatMap(mapsOf).flatMap((each) => Object.keys(defOf(each).shape ?? {})))]
}

function stepInto(shape: z.ZodType, step: PropertyKey): z.ZodType[] {
  return branches(shape).flatMap((each) => {
    const def = defOf(each)
    if (def.shape) return Object.hasOwn(def.shape, step) ? [def.shape[String(step)]!] : []
    const inner = def.element ?? def.valueType
    return inner ? [inner] : []
  })
}

const mapsOf = (shape: z.ZodType): z.ZodType[] => branches(shape).filter((each) => defOf(each).shape !== undefined)

/** A shape without its wrappers (optional, nullable, default); each branch of a union. */
function branches(shape: z.ZodType): z.ZodType[] {
  const def = defOf(shape)
  if (def.options) return def.options.flatMap(branches)
  if (def.innerType) return branches(def.innerType)
  if (def.in) return branches(def.in)
  return [shape]
}
