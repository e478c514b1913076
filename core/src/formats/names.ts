const legal = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Template names of one file: those that are not legal get another, always the same. */
export type Names = {
  /** The legal name of a name as written. */
  of(written: string): string
  /** New name -> written name, of those that changed. */
  renamed(): Record<string, string>
}

export function newNames(said: (from: string, to: string) => void): Names {
  const given = new Map<string, string>()
  const taken = new Set<string>()
  return {
    of(written) {
      const known = given.get(written)
      if (known !== undefined) return known
      const stem = legal.test(written) ? written : written.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d|$)/, '_')
      let name = stem
      for (let n = 2; taken.has(name); n += 1) name = `${stem}_${n}`
      given.set(written, name)
      taken.add(name)
      if (name !== written) said(written, name)
      return name
    },
    renamed: () => Object.fromEntries([...given].filter(([from, to]) => from !== to).map(([from, to]) => [to, from])),
  }
}

/** A registry name made of a title: `Text Summarizer` is `text_summarizer`. */
export function registryName(title: string): string {
  const name = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_./-]+/g, '_')
    .replace(/\/+/g, '/')
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .replace(/\.\.+/g, '.')
  return name === '' ? 'prompt' : name.slice(0, 100)
}

/** A case id made of a description; unique among `taken`, to which it is added. */
export function caseId(description: string | undefined, index: number, taken: Set<string>): string {
  const slug = (description ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 80)
  const stem = slug === '' ? `case-${index + 1}` : slug
  let id = stem
  for (let n = 2; taken.has(id); n += 1) id = `${stem}-${n}`
  taken.add(id)
  return id
}

/** The name of a file without folders and the ending of its format. */
export const stemOf = (path: string): string =>
  path.slice(path.lastIndexOf('/') + 1).replace(/\.(prompt\.ya?ml|prompty|prompt\.json|[a-z]+)$/, '')
