/** A query that asks for pages of some hosts only, in the words that most search services know. */
export function withSites(query: string, sites: readonly string[] = []): string {
  if (sites.length === 0) return query
  const words = sites.map((site) => `site:${site}`).join(' OR ')
  return sites.length === 1 ? `${query} ${words}` : `${query} (${words})`
}
