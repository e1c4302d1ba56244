import { randomUUID } from 'node:crypto'

import { createEventEmitter, KeepupError, systemClock, type Tool } from '@keepup/core'

import type { HubEvent } from './hub-event.ts'
import type { HubParts, ListedTools } from './hub-parts.ts'
import type { KeeperParts } from './hub/keeper-parts.ts'
import { ServerKeeper } from './hub/server-keeper.ts'
import type { McpHub } from './mcp-hub.ts'
import type { ServerDefinition } from './server-definition.ts'
import type { OfferedTool } from './server-status.ts'
import { serverTool } from './tools/server-tool.ts'
import { hashedToolName } from './tools/tool-name.ts'

/** How many servers are started at once where all are to be known. */
const mostAtOnce = 4

/** Makes a hub. Nothing is started, and nothing of the protocol is loaded, before a server is asked for. Fails `configuration-invalid` where two servers have one name. */
export function createMcpHub(parts: HubParts): McpHub {
  const events = createEventEmitter<HubEvent>()
  const keepers = new Map<string, ServerKeeper>()
  const retired = new Set<ServerKeeper>()
  let tools: readonly Tool[] | undefined
  const tell = (event: HubEvent): void => {
    if (event.type === 'tools-changed') tools = undefined
    events.emit(event)
    // What one server lists may make the tools of another look odd.
    if (event.type === 'tools-changed' && parts.review !== undefined) void reviewAgain(keepers, event.server)
  }
  const keeperParts = { ...complete(parts, tell), others: (server: string) => listedBeside(keepers, server) }
  const configure = (definitions: readonly ServerDefinition[]): void => {
    checkNames(definitions)
    const before = new Map(keepers)
    keepers.clear()
    for (const definition of definitions) {
      const known = before.get(definition.name)
      keepers.set(definition.name, known ?? new ServerKeeper(definition, keeperParts))
      if (known !== undefined && !isSame(known.definition(), definition)) known.update(definition)
      before.delete(definition.name)
    }
    for (const keeper of before.values()) {
      keeper.retire()
      retired.add(keeper)
    }
    if (before.size > 0) tools = undefined
    for (const server of before.keys()) tell({ type: 'tools-changed', server })
  }
  const keeperOf = (server: string): ServerKeeper => {
    const keeper = keepers.get(server)
    if (keeper !== undefined) return keeper
    const known = [...keepers.keys()].join(', ') || 'none'
    throw new KeepupError('input-invalid', `There is no MCP server "${server}". Configured are: ${known}.`)
  }
  configure(parts.definitions)
  return {
    tools: () => (tools ??= toolsOf([...keepers.values()])),
    recall: async () => void (await Promise.all([...keepers.values()].map((keeper) => keeper.recall()))),
    ready: (signal) => knowAll([...keepers.values()], signal),
    reviewAgain: () => reviewAgain(keepers),
    servers: () => [...keepers.values()].map((keeper) => keeper.status()),
    describe(server) {
      const description = keepers.get(server)?.description()
      if (description === undefined) return undefined
      const nameOf = namesAmong([...keepers.values()])
      return { ...description, tools: description.tools.map((tool) => ({ ...tool, name: nameOf(tool) })) }
    },
    connection: async (server, signal) => keeperOf(server).connection(signal),
    update: async (definitions) => configure(definitions),
    restart: async (server) => keeperOf(server).restart(),
    log: (server) => keepers.get(server)?.log() ?? [],
    on: (listener) => events.on('*', listener),
    async [Symbol.asyncDispose]() {
      await Promise.all([...keepers.values(), ...retired].map((keeper) => keeper.close()))
    },
  }
}

type Keepers = ReadonlyMap<string, ServerKeeper>

async function reviewAgain(keepers: Keepers, but?: string): Promise<void> {
  const others = [...keepers].filter(([name]) => name !== but)
  await Promise.all(others.map(([, keeper]) => keeper.reviewAgain()))
}

function listedBeside(keepers: Keepers, server: string): ListedTools['others'] {
  const others = [...keepers].filter(([name]) => name !== server)
  return others.map(([name, keeper]) => ({ server: name, tools: keeper.listed() }))
}

function complete(parts: HubParts, tell: (event: HubEvent) => void): Omit<KeeperParts, 'others'> {
  const { definitions: _definitions, ...given } = parts
  return {
    ...given,
    folder: parts.folder ?? process.cwd(),
    environment: parts.environment ?? process.env,
    clock: parts.clock ?? systemClock,
    newId: parts.newId ?? randomUUID,
    random: parts.random ?? Math.random,
    tell,
  }
}

function checkNames(definitions: readonly ServerDefinition[]): void {
  const names = new Set<string>()
  for (const { name, source } of definitions) {
    if (names.has(name)) {
      const where = source.file === undefined ? '' : ` (${source.file})`
      const text = `There are two MCP servers named "${name}"${where}. Rename or remove one of them.`
      throw new KeepupError('configuration-invalid', text)
    }
    names.add(name)
  }
}

function isSame(a: ServerDefinition, b: ServerDefinition): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Sorted by name. */
function toolsOf(keepers: readonly ServerKeeper[]): readonly Tool[] {
  const nameOf = namesAmong(keepers)
  return keepers
    .flatMap((keeper) =>
      (keeper.description()?.tools ?? []).map((tool) => serverTool(tool, nameOf(tool), keeper)),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** Names that differ in case alone would be one for some providers: all of them get their hash. */
function namesAmong(keepers: readonly ServerKeeper[]): (tool: OfferedTool) => string {
  const counts = new Map<string, number>()
  for (const { name } of keepers.flatMap((keeper) => keeper.description()?.tools ?? [])) {
    const key = name.toLowerCase()
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return ({ name, server, serverName }) =>
    counts.get(name.toLowerCase()) === 1 ? name : hashedToolName(server, serverName)
}

async function knowAll(keepers: readonly ServerKeeper[], signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted === true) return
  const waiting = [...keepers]
  const work = Array.from({ length: mostAtOnce }, async () => {
    for (let keeper = waiting.shift(); keeper !== undefined; keeper = waiting.shift()) await keeper.known()
  })
  const aborted = new Promise<void>((resolve) =>
    signal?.addEventListener('abort', () => resolve(), { once: true }),
  )
  await Promise.race([Promise.all(work), aborted])
}
