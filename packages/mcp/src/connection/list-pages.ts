import type { JsonObject } from '@keepup/core'
import type { Client, RequestOptions } from '@modelcontextprotocol/client'

import { anyResult } from './any-result.ts'
import { rawList } from './keep-raw.ts'

/** @limit In pages: how far a list of a server is followed. */
const mostPages = 64
/** @limit In items: how much of a list of a server is taken. */
const mostItems = 10_000

/** A list that servers give in pages. */
export type ListName = 'tools' | 'resources' | 'resourceTemplates' | 'prompts'

const methods: Readonly<Record<ListName, string>> = {
  tools: 'tools/list',
  resources: 'resources/list',
  resourceTemplates: 'resources/templates/list',
  prompts: 'prompts/list',
}

/** Every page of a list, each item as it was sent. A list without end is cut; one that comes back to where it was has ended. */
export async function listPages(
  client: Client,
  name: ListName,
  options: RequestOptions,
): Promise<readonly JsonObject[]> {
  const items: JsonObject[] = []
  const seen = new Set<string>()
  let cursor: string | undefined
  for (let page = 0; page < mostPages && items.length < mostItems; page++) {
    const params = cursor === undefined ? {} : { cursor }
    const result = await client.request({ method: methods[name], params }, anyResult, options)
    items.push(...rawList(result, name).slice(0, mostItems - items.length))
    const next = result['nextCursor']
    if (typeof next !== 'string' || next === '' || seen.has(next)) break
    seen.add(next)
    cursor = next
  }
  return items
}
