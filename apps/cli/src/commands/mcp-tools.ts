import { createToolIndex } from '@keepup/mcp/search'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { findServer } from '../mcp/find-server.ts'
import { openServers } from '../mcp/open-servers.ts'
import type { ToolsFlags } from '../routes/mcp-routes.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import { tableLines } from '../terminal/table-lines.ts'
import { fit } from '../terminal/width.ts'
import { workingFolder } from '../working-folder.ts'

/** Prints the tools that servers offer, of one or all, or those that fit a search as an agent would find them. Starts servers that were never asked. */
export async function mcpTools(
  { host, terminal }: CommandLine,
  flags: ToolsFlags,
  name?: string,
): Promise<ExitName> {
  await using opened = await openServers(workingFolder(host, flags.cwd), host.environment)
  const { hub, configuration } = opened
  if (name !== undefined) findServer(configuration, name)
  const ending = new AbortController()
  const unwatch = host.onStop(() => ending.abort())
  await hub.ready(ending.signal).finally(unwatch)
  const servers = hub.servers().filter((server) => name === undefined || server.name === name)
  const offered = servers.flatMap((server) => hub.describe(server.name)?.tools ?? [])
  const tools =
    flags.search === undefined
      ? offered
      : createToolIndex(offered)
          .search(flags.search, { limit: 10 })
          .map(({ tool }) => tool)
  const silent = servers.filter(
    ({ definition, name: server }) => definition.enabled && hub.describe(server) === undefined,
  )
  const { out, notes, outStyle: style, width } = terminal
  if (flags.json) {
    const rows = tools.map(({ raw: _, ...tool }) => tool)
    const unknown = silent.map(({ definition: _, ...status }) => status)
    await out.write(`${JSON.stringify({ tools: rows, unknown })}\n`)
  } else {
    const columns = ['server', 'tool', 'what it does'].map((title) => ({ title, align: 'left' }) as const)
    const rows = tools.map((tool) => ({
      cells: [
        safeLine(tool.server),
        fit(safeLine(tool.serverName), 48, style.marks.more),
        safeLine(tool.description),
      ],
    }))
    await out.write(
      rows.length === 0 ? 'no tools\n' : `${tableLines(columns, rows, { style, width }).join('\n')}\n`,
    )
    for (const status of silent) {
      const why = 'reason' in status ? status.reason : status.state
      await notes.write(safeText(`note: ${status.name}: ${why} (keepup mcp doctor)\n`))
    }
  }
  return silent.length > 0 && tools.length === 0 ? 'failed' : 'completed'
}
