import { listAt } from './list-at.ts'
import { searchService, type SearchServiceOptions } from './search-service.ts'
import type { WebSearch } from './web-search.ts'

/** The Tavily Search API (api.tavily.com), by its key. */
export function tavilySearch({
  key,
  ...options
}: SearchServiceOptions & { readonly key: string }): WebSearch {
  return searchService(
    {
      name: 'tavily',
      request: (query, { count, sites = [] }, base) => ({
        url: base,
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          query,
          max_results: count,
          search_depth: 'basic',
          ...(sites.length === 0 ? {} : { include_domains: sites }),
        }),
      }),
      read: (answer) => listAt(answer, 'results'),
      result: ({ title, url, content, published_date }) => ({
        title,
        url,
        snippet: content,
        published: published_date,
      }),
    },
    'https://api.tavily.com/search',
    options,
  )
}
