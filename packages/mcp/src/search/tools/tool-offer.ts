import type { McpHub } from '../../mcp-hub.ts'
import type { OfferedTool, ServerStatus } from '../../server-status.ts'
import { createToolIndex, type ToolIndex } from '../create-tool-index.ts'

/** What is searched: a hub, or what looks like one. */
export type ToolOffer = Pick<McpHub, 'tools' | 'ready' | 'servers' | 'describe'>

/** The tools that an offer has now, to look through. */
export interface ToolCatalog {
  readonly tools: readonly OfferedTool[]
  readonly index: ToolIndex<OfferedTool>
  /** A tool by its name here, or by its server's name for it where only one has that. */
  find(name: string): OfferedTool | undefined
}

/** Reads the catalog of an offer; the same one as long as its tools are the same. */
export function catalogReader(offer: ToolOffer): () => ToolCatalog {
  let known: { readonly of: unknown; readonly catalog: ToolCatalog } | undefined
  return () => {
    const of = offer.tools()
    if (known?.of !== of) known = { of, catalog: readCatalog(offer) }
    return known.catalog
  }
}

function readCatalog(offer: ToolOffer): ToolCatalog {
  const callable = new Set(offer.tools().map(({ name }) => name))
  const tools = offer
    .servers()
    .flatMap(({ name }) => offer.describe(name)?.tools ?? [])
    .filter(({ name }) => callable.has(name))
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  let index: ToolIndex<OfferedTool> | undefined
  return {
    tools,
    get index() {
      return (index ??= createToolIndex(tools))
    },
    find: (name) => byName.get(name) ?? onlyOne(tools.filter(({ serverName }) => serverName === name)),
  }
}

function onlyOne(tools: readonly OfferedTool[]): OfferedTool | undefined {
  return tools.length === 1 ? tools[0] : undefined
}

/** Servers that should have tools, and why none of theirs is known. */
export function silentServers(offer: ToolOffer): readonly string[] {
  return offer
    .servers()
    .filter(
      ({ name, definition, state }) =>
        definition.enabled && state !== 'disabled' && offer.describe(name) === undefined,
    )
    .map((status) => `${status.name}: ${reasonOf(status)}`)
}

function reasonOf(status: ServerStatus): string {
  if ('reason' in status) return status.reason
  return status.state === 'needs-approval' ? 'a person must approve it first' : status.state
}
