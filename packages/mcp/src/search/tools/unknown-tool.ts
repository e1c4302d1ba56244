import type { ToolCatalog } from './tool-offer.ts'

/** What a model is told of a name that no tool has. */
export function unknownTool({ tools, index }: ToolCatalog, name: string): string {
  const shown = name.slice(0, 100)
  const same = tools.filter(({ serverName }) => serverName === name)
  const near = same.length > 0 ? same : index.search(name, { limit: 3 }).map(({ tool }) => tool)
  const hint =
    near.length === 0
      ? 'Find tools with search_tools.'
      : `Nearest: ${near.map((tool) => tool.name).join(', ')}.`
  return `There is no tool ${JSON.stringify(shown)}. ${hint}`
}
