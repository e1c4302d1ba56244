import type { Tool, ToolOutcome, ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { plainText } from '../../plain-text.ts'
import type { OfferedTool } from '../../server-status.ts'
import { shownDescription } from '../../tools/server-tool.ts'
import type { ToolCatalog, ToolOffer } from './tool-offer.ts'
import { unknownTool } from './unknown-tool.ts'

/** The input of {@link detailsTool}. */
export interface DetailsInput {
  readonly names: readonly string[]
}

const input = jsonSchema<DetailsInput>({
  type: 'object',
  properties: {
    names: { type: 'array', minItems: 1, maxItems: 10, items: { type: 'string' } },
  },
  required: ['names'],
  additionalProperties: false,
})

/** @limit In characters: how much of a tool's description is shown. */
const longestDescription = 8_000
/** @limit In characters: how much of a tool's schema is shown. */
const longestSchema = 16_000

/** `get_tool_details {names}`: the whole descriptions of tools and the JSON Schemas of their inputs, as their servers tell them. */
export function detailsTool(offer: ToolOffer, catalog: () => ToolCatalog): Tool<DetailsInput> {
  return {
    name: 'get_tool_details',
    description: 'Gives the descriptions and parameters of tools that search_tools found.',
    input,
    repeat: 'safe',
    effects: () => [],
    sinks: { '/names': 'scalar' },
    produces: { default: 'free-text', source: 'mcp' },
    async run({ names }, { signal }) {
      if (names.some((name) => catalog().find(name) === undefined)) await offer.ready(signal)
      return answer(catalog(), names)
    },
  }
}

function answer(catalog: ToolCatalog, names: readonly string[]): ToolOutput | ToolOutcome {
  const found = names.map((name) => ({ name, tool: catalog.find(name) }))
  const texts = found.map(({ name, tool }) =>
    tool === undefined ? unknownTool(catalog, name) : describe(tool),
  )
  if (found.every(({ tool }) => tool === undefined)) {
    return { type: 'failed', code: 'tool-unknown', message: texts.join('\n') }
  }
  return { content: [{ type: 'text', text: texts.join('\n\n') }] }
}

function describe(tool: OfferedTool): string {
  const { name, title, inputSchema } = tool
  const schema = plainText(JSON.stringify(inputSchema), longestSchema)
  return [
    `# ${name}${title === undefined ? '' : ` (${plainText(title, 200)})`}`,
    shownDescription({ ...tool, description: plainText(tool.description, longestDescription) }),
    `Arguments: ${schema}`,
  ].join('\n')
}
