import { listAt } from './list-at.ts'
import { searchService, type SearchServiceOptions } from './search-service.ts'
import type { WebSearch } from './web-search.ts'
import { withSites } from './with-sites.ts'

/** The Brave Search API (api.search.brave.com, Web Search), by its subscription token. Sites are asked for as words of the query. */
export function braveSearch({ key, ...options }: SearchServiceOptions & { readonly key: string }): WebSearch {
  return searchService(
    {
      name: 'brave',
      request(query, { count, sites }, base) {
        const url = new URL(base)
        url.searchParams.set('q', withSites(query, sites))
        url.searchParams.set('count', String(count))
        url.searchParams.set('result_filter', 'web')
        url.searchParams.set('text_decorations', 'false')
        return { url, headers: { 'x-subscription-token': key } }
      },
      // Without a result the answer has no `web`.
      read: (answer) => listAt(answer, 'web', 'results') ?? (isSearch(answer) ? [] : undefined),
      result: ({ title, url, description, page_age }) => ({
        title,
        url,
        snippet: description,
        published: page_age,
      }),
    },
    'https://api.search.brave.com/res/v1/web/search',
    options,
  )
}

function isSearch(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'type' in answer && answer.type === 'search'
}
