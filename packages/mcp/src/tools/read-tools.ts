import type { JsonObject } from '@keepup/core'

import { isObject } from '../connection/keep-raw.ts'
import { plainText } from '../plain-text.ts'
import type { ServerDefinition } from '../server-definition.ts'
import type { OfferedTool, RefusedTool } from '../server-status.ts'
import { depthOf } from './depth-of.ts'
import { headerFault } from './header-fault.ts'
import { mendSchema } from './mend-schema.ts'
import { toolName } from './tool-name.ts'

/** @limit In characters: where the description of a tool is cut. */
const longestDescription = 8_000
/** @limit In levels: a tool whose definition is nested deeper is refused. */
const deepest = 100
/** @limit In tools: how many of one server are offered. */
const mostTools = 1_000

/** The tools of a server that can be offered, sorted by name, and those that cannot. */
export interface ReadTools {
  readonly tools: readonly OfferedTool[]
  readonly refused: readonly RefusedTool[]
}

const refusedKey = 'keepup.refused'

/** The tools of a list as they can be kept: one that is nested too deep to be written down leaves its name and why. */
export function keepableTools(listed: readonly JsonObject[]): readonly JsonObject[] {
  return listed.map((raw) =>
    depthOf(raw, deepest) > deepest
      ? { name: raw['name'] ?? null, [refusedKey]: `it is nested deeper than ${deepest} levels` }
      : raw,
  )
}

/** Reads what a server listed, each tool by itself: a faulty one is refused with a reason, and hides no other. */
export function readTools(
  { name: server, transport }: Pick<ServerDefinition, 'name' | 'transport'>,
  listed: readonly JsonObject[],
  modern: boolean,
): ReadTools {
  const tools = new Map<string, OfferedTool>()
  const refused: RefusedTool[] = []
  for (const raw of listed) {
    const read = readTool(server, raw, modern && transport.type !== 'stdio')
    if ('reason' in read) refused.push(read)
    else if (tools.has(read.name)) refused.push({ serverName: read.serverName, reason: 'it is listed twice' })
    else if (tools.size === mostTools) {
      refused.push({ serverName: read.serverName, reason: `the server has more than ${mostTools} tools` })
    } else tools.set(read.name, read)
  }
  return { tools: [...tools.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)), refused }
}

function readTool(server: string, raw: JsonObject, headers: boolean): OfferedTool | RefusedTool {
  const { name, inputSchema, outputSchema, annotations } = raw
  if (typeof name !== 'string' || name === '' || name.length > 1_000) {
    return { serverName: plainText(JSON.stringify(name ?? null), 100), reason: 'it has no usable name' }
  }
  const unkept = raw[refusedKey]
  if (typeof unkept === 'string') return { serverName: name, reason: unkept }
  const mended = mendSchema(inputSchema)
  if ('reason' in mended) return { serverName: name, reason: mended.reason }
  const fault = headers ? headerFault(inputSchema) : undefined
  if (fault !== undefined) return { serverName: name, reason: fault }
  return {
    name: toolName(server, name),
    server,
    serverName: name,
    inputSchema: mended.shown,
    raw,
    ...wordsOf(server, name, raw),
    ...(isObject(outputSchema) ? { outputSchema } : {}),
    ...(isObject(annotations) ? { annotations } : {}),
  }
}

function wordsOf(
  server: string,
  name: string,
  { title, description, annotations }: JsonObject,
): Pick<OfferedTool, 'title' | 'description'> {
  const said = typeof description === 'string' ? plainText(description, longestDescription).trim() : ''
  const called = title ?? (isObject(annotations) ? annotations['title'] : undefined)
  const unsaid = `${plainText(name, 200)}, a tool of the MCP server ${plainText(server, 100)}.`
  return {
    description: said === '' ? unsaid : said,
    ...(typeof called === 'string' ? { title: plainText(called, 200) } : {}),
  }
}
