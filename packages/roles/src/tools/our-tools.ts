import { ownTools, toolTable } from './tool-names.ts'

const table = new Map(Object.entries(toolTable))
const folded = new Map(Object.entries(toolTable).map(([name, ours]) => [name.toLowerCase(), ours]))

/**
 * The tools of keepup that another program's name stands for: empty where nothing here does that, `undefined` where the name is not known. Tools of MCP
 * servers are named `mcp__SERVER__TOOL` here, so `SERVER/TOOL` becomes that.
 */
export function ourTools(
  name: string,
  first: Readonly<Record<string, readonly string[]>> = {},
): readonly string[] | undefined {
  if (name === '*') return ['*']
  if (Object.hasOwn(first, name)) return first[name]
  const known = ownTools.includes(name) ? [name] : (table.get(name) ?? folded.get(name.toLowerCase()))
  if (known !== undefined) return known
  return serverTools(name)
}

function serverTools(name: string): readonly string[] | undefined {
  const server = /^mcp__([\w.-]+)$/.exec(name)?.[1]
  if (server !== undefined) return [`mcp__${server}__*`]
  if (/^mcp__[\w.*-]+$/.test(name)) return [name]
  const [, of, tool] = /^([\w.-]+)\/([\w.*-]+)$/.exec(name) ?? []
  return of === undefined || tool === undefined ? undefined : [`mcp__${of}__${tool}`]
}
