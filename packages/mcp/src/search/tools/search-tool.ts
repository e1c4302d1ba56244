import type { Tool, ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { plainText } from '../../plain-text.ts'
import { signature } from './signature.ts'
import { silentServers, type ToolCatalog, type ToolOffer } from './tool-offer.ts'

/** The input of {@link searchTool}. */
export interface SearchInput {
  readonly query: string
  readonly limit?: number
}

const input = jsonSchema<SearchInput>({
  type: 'object',
  properties: {
    query: {
      type: 'string',
      minLength: 1,
      maxLength: 1_000,
      description: 'What it should do, in a few words',
    },
    limit: { type: 'integer', minimum: 1, maximum: 25, description: 'How many, 5 when left out' },
  },
  required: ['query'],
  additionalProperties: false,
})

/** @limit In characters: how long the list of servers in a description may be. */
const longestList = 600

/**
 * `search_tools {query, limit?}`: the tools of the servers that fit best, each in a line. Its description depends on the names of the configured servers alone, so
 * that it is the same whether they run, and whatever they offer.
 */
export function searchTool(offer: ToolOffer, catalog: () => ToolCatalog): Tool<SearchInput> {
  return {
    name: 'search_tools',
    description: `Finds tools beyond those listed here, which come from the servers ${serverNames(offer)}. Search before you say that something cannot be done.`,
    input,
    repeat: 'safe',
    effects: () => [],
    sinks: { '/query': 'content' },
    // What servers say of their tools.
    produces: { default: 'free-text', source: 'mcp' },
    async run({ query, limit = 5 }, { signal }) {
      await offer.ready(signal)
      return answer(offer, catalog(), query, limit)
    },
  }
}

function serverNames(offer: ToolOffer): string {
  const names = offer
    .servers()
    .filter(({ definition }) => definition.enabled)
    .map(({ name }) => plainText(name, 60))
  return plainText(names.toSorted().join(', '), longestList)
}

function answer(offer: ToolOffer, { tools, index }: ToolCatalog, query: string, limit: number): ToolOutput {
  const found = index.search(query, { limit }).map(({ tool }) => tool)
  const silent = silentServers(offer)
  const lines = [
    found.length === 0
      ? `None of ${tools.length} tools fits. Say it in other words, or with fewer.`
      : `${found.length} of ${tools.length} tools, the best first. Call one with call_tool; get_tool_details tells its parameters.`,
    ...found.map(signature),
    ...(silent.length === 0 ? [] : ['', 'Servers whose tools are not known:', ...silent]),
  ]
  return {
    content: [{ type: 'text', text: lines.join('\n') }],
    structured: { tools: found.map(({ name }) => name), of: tools.length },
  }
}
