import { listAt } from './list-at.ts'
import { searchService, type SearchServiceOptions } from './search-service.ts'
import type { WebSearch } from './web-search.ts'

/** The Exa Search API (api.exa.ai), by its key. */
export function exaSearch({ key, ...options }: SearchServiceOptions & { readonly key: string }): WebSearch {
  return searchService(
    {
      name: 'exa',
      request: (query, { count, sites = [] }, base) => ({
        url: base,
        method: 'POST',
        headers: { 'x-api-key': key, 'content-type': 'application/json' },
        body: JSON.stringify({
          query,
          numResults: count,
          contents: { highlights: true },
          ...(sites.length === 0 ? {} : { includeDomains: sites }),
        }),
      }),
      read: (answer) => listAt(answer, 'results'),
      result: ({ title, url, highlights, text, publishedDate }) => ({
        title,
        url,
        snippet: joined(highlights) ?? text,
        published: publishedDate,
      }),
    },
    'https://api.exa.ai/search',
    options,
  )
}

function joined(highlights: unknown): string | undefined {
  if (!Array.isArray(highlights) || highlights.length === 0) return undefined
  return highlights.filter((text) => typeof text === 'string').join(' … ')
}
