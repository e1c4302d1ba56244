import { describeProblem } from '@keepup/mcp/configuration'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { openServers } from '../mcp/open-servers.ts'
import { serverRow } from '../mcp/server-row.ts'
import type { McpFlags } from '../routes/mcp-routes.ts'
import { safeLine, safeText } from '../terminal/safe-text.ts'
import { tableLines } from '../terminal/table-lines.ts'
import { workingFolder } from '../working-folder.ts'

/** Prints the servers that are configured here, and what is wrong with any. Starts none. */
export async function mcpList({ host, terminal }: CommandLine, flags: McpFlags): Promise<ExitName> {
  const folder = workingFolder(host, flags.cwd)
  await using opened = await openServers(folder, host.environment)
  await opened.hub.recall()
  const { servers, problems } = opened.configuration
  const rows = servers.map((server) =>
    serverRow(server, host.environment, opened.hub.describe(server.written.name)),
  )
  const { out, notes, outStyle: style, width } = terminal
  if (flags.json) {
    await out.write(`${JSON.stringify({ servers: rows, problems })}\n`)
    return 'completed'
  }
  if (rows.length === 0) await out.write('no MCP servers are configured (see keepup mcp add --help)\n')
  else {
    const columns = ['name', 'state', 'tools', 'from', 'reached by'].map(
      (title) => ({ title, align: 'left' }) as const,
    )
    const cells = rows.map(({ name, state, tools, scope, program, transport }) => ({
      cells: [
        safeLine(name),
        state,
        tools === undefined ? '' : String(tools),
        `${scope} (${program})`,
        transport,
      ],
    }))
    await out.write(`${tableLines(columns, cells, { style, width }).join('\n')}\n`)
  }
  for (const problem of problems)
    await notes.write(safeText(`${problem.severity}: ${describeProblem(problem)}\n`))
  return 'completed'
}
