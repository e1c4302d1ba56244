import type { Tool } from '@keepup/core'

import { webSearchTool } from './search/web-search-tool.ts'
import type { WebSearch } from './search/web-search.ts'
import type { WebFetchOptions } from './web-fetch-options.ts'
import { webFetchTool } from './web-fetch-tool.ts'

/** How the tools of the web work. */
export interface WebToolsOptions extends WebFetchOptions {
  /** What `web_search` asks, such as `findWebSearch(process.env)`; without one the tool is not offered. */
  readonly search?: WebSearch | undefined
}

/** `web_fetch`, and `web_search` where there is something to ask. */
export function webTools({ search, ...options }: WebToolsOptions = {}): readonly Tool[] {
  const fetching = webFetchTool(options)
  return search === undefined ? [fetching] : [fetching, webSearchTool(search)]
}
