import { listAt } from './list-at.ts'
import { searchService, type SearchServiceOptions } from './search-service.ts'
import type { WebSearch } from './web-search.ts'
import { withSites } from './with-sites.ts'

/** A SearXNG of your own, by its address. It must allow the format `json` in its settings, which is off by default. Sites are asked for as words of the query. */
export function searxngSearch({
  url,
  ...options
}: SearchServiceOptions & { readonly url: string }): WebSearch {
  return searchService(
    {
      name: 'searxng',
      request(query, { sites }, base) {
        const asked = new URL(base)
        asked.pathname = `${base.pathname.replace(/\/(search\/?)?$/, '')}/search`
        asked.searchParams.set('q', withSites(query, sites))
        asked.searchParams.set('format', 'json')
        return { url: asked, headers: {} }
      },
      read: (answer) => listAt(answer, 'results'),
      result: ({ title, url: found, content, publishedDate }) => ({
        title,
        url: found,
        snippet: content,
        published: publishedDate,
      }),
    },
    url,
    options,
  )
}
