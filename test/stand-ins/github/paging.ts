/** Cuts a list as GitHub does: 30 a page unless `per_page` says otherwise, at most 100, with a `Link` header. */
export function paged(list: unknown[], url: URL): { page: unknown[]; headers: Record<string, string> } {
  const size = Math.min(Math.max(Number(url.searchParams.get('per_page')) || 30, 1), 100)
  const number = Math.max(Number(url.searchParams.get('page')) || 1, 1)
  const last = Math.max(Math.ceil(list.length / size), 1)
  const to = (page: number, rel: string) => {
    const target = new URL(url)
    target.searchParams.set('page', String(page))
    return `<${target.href}>; rel="${rel}"`
  }
  const links = [
    ...(number > 1 ? [to(Math.min(number - 1, last), 'prev')] : []),
    ...(number < last ? [to(number + 1, 'next'), to(last, 'last')] : []),
    ...(number > 1 ? [to(1, 'first')] : []),
  ]
  const headers: Record<string, string> = links.length > 0 ? { link: links.join(', ') } : {}
  return { page: list.slice((number - 1) * size, number * size), headers }
}
