import type { Tool } from '@keepup/core'

import { callTool } from './tools/call-tool.ts'
import { detailsTool } from './tools/details-tool.ts'
import { searchTool } from './tools/search-tool.ts'
import { catalogReader, type ToolOffer } from './tools/tool-offer.ts'

/** How the tools of servers are handed to a model. */
export interface ServerToolsOptions {
  /** How many tokens of a prompt their definitions may take, by four characters each: 4,000, about 2 % of a usual window. Above it they are searched. */
  readonly budget?: number
}

/** @limit In tokens of four characters: what the definitions of tools of servers may take of a prompt before they are searched instead. */
const usualBudget = 4_000

/**
 * The tools of a hub's servers for a run. Where all of them are known and fit the budget, models are told of each; else of three tools, by which the others are
 * found and called: these three are the same text whatever the servers offer and whenever that changes, so that a provider's cache of the prompt holds. Either way
 * every tool that is known can be called by its name too, so that a thread goes on under the other way. None where no server is enabled.
 */
export function serverTools(
  offer: ToolOffer,
  { budget = usualBudget }: ServerToolsOptions = {},
): readonly Tool[] {
  const enabled = offer.servers().filter(({ definition }) => definition.enabled)
  if (enabled.length === 0) return []
  const catalog = catalogReader(offer)
  // The coordinator validates the input of each tool by its own schema.
  const searching = [
    searchTool(offer, catalog),
    detailsTool(offer, catalog),
    callTool(offer, catalog),
  ] as readonly Tool[]
  const tools = offer.tools()
  const known = enabled.every(({ name }) => offer.describe(name) !== undefined)
  const told = known && definitionTokens(tools) <= budget
  return told ? [...tools, ...searching.map(unlisted)] : [...searching, ...tools.map(unlisted)]
}

/** About how many tokens the definitions of tools take in a prompt. */
function definitionTokens(tools: readonly Tool[]): number {
  const characters = tools.reduce(
    (sum, { name, description, inputJsonSchema = {} }) =>
      sum + JSON.stringify({ name, description, input: inputJsonSchema }).length,
    0,
  )
  return Math.ceil(characters / 4)
}

function unlisted(tool: Tool): Tool {
  return { ...tool, unlisted: true }
}
