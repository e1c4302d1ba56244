/** What lies at a path of keys in an answer, if it is a list. */
export function listAt(answer: unknown, ...path: readonly string[]): readonly unknown[] | undefined {
  let at = answer
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    at = Reflect.get(at, key)
  }
  return Array.isArray(at) ? at : undefined
}

/** A query that asks for pages of some hosts only, in the words that most search services know. */
export function withSites(query: string, sites: readonly string[] = []): string {
  if (sites.length === 0) return query
  const words = sites.map((site) => `site:${site}`).join(' OR ')
  return sites.length === 1 ? `${query} ${words}` : `${query} (${words})`
}
