import type { JsonValue } from '@keepup/core'
import { filePins, type PendingTool, type PinStore } from '@keepup/mcp-security/hygiene'
import { describeProblem } from '@keepup/mcp/configuration'
import type { McpDesk, ToldPin, ToldServer } from '@keepup/server'

import type { Host } from '../host.ts'
import { isJsonObject } from '../mcp/is-json-object.ts'
import { mcpFolders } from '../mcp/mcp-folders.ts'
import { type OpenedServers, openServers } from '../mcp/open-servers.ts'
import { serverRow } from '../mcp/server-row.ts'

/** The servers of MCP of a folder, as a server shows them: by what is configured, and what they offered when they were asked last. None is started. */
export function mcpDesk({ environment, self }: Pick<Host, 'environment' | 'self'>, folder: string): McpDesk {
  return {
    async look() {
      await using opened = await openServers(folder, environment)
      await opened.hub.recall()
      const reviewer = await opened.reviewer()
      const pins = filePins(mcpFolders(environment).pins)
      const servers: ToldServer[] = []
      for (const server of opened.configuration.servers) {
        const { name, state, transport, scope, program, file } = serverRow(server, environment)
        const waiting = reviewer.pending().filter((tool) => tool.server === name)
        const told = {
          name,
          state,
          transport,
          scope: `${scope} (${program})`,
          file,
          waiting: waiting.map(toldWaiting),
        }
        const { source = { scope } } = server.definition ?? {}
        const kept = await pinsOf(
          pins,
          `${('file' in source ? source.file : undefined) ?? source.scope}#${name}`,
        )
        servers.push({ ...told, ...offerOf(opened, name), pins: kept })
      }
      const problems = opened.configuration.problems.map(describeProblem)
      return { servers, problems, review: `${self.command} mcp review` }
    },
  }
}

function offerOf({ hub }: OpenedServers, name: string): Pick<ToldServer, 'asked' | 'refused' | 'tools'> {
  const offer = hub.describe(name)
  if (offer === undefined) return { tools: [], refused: [] }
  return {
    asked: offer.at,
    tools: offer.tools.map(({ serverName, description }) => ({ name: serverName, description })),
    refused: offer.refused.map(({ serverName, reason }) => ({ tool: serverName, reason })),
  }
}

function toldWaiting({ tool, change, findings, diff }: PendingTool): ToldServer['waiting'][number] {
  return { tool, change, findings: findings.map(({ text }) => text), diff }
}

/** What cannot be read is shown as nothing: then nothing was let pass either. */
async function pinsOf(pins: PinStore, identity: string): Promise<readonly ToldPin[]> {
  const value = await pins.read(identity).catch(() => undefined)
  const tools = isJsonObject(value) && Array.isArray(value['tools']) ? value['tools'] : []
  return tools.flatMap((tool: JsonValue) => {
    if (!isJsonObject(tool)) return []
    const { name, digest, gone } = tool
    return typeof name === 'string' && typeof digest === 'string'
      ? [{ name, digest, gone: gone === true }]
      : []
  })
}
