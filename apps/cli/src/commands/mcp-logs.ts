import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { findServer } from '../mcp/find-server.ts'
import { loadServers } from '../mcp/load-servers.ts'
import { mcpFolders } from '../mcp/mcp-folders.ts'
import { readServerLog } from '../mcp/server-log-file.ts'
import type { McpFlags } from '../routes/mcp-routes.ts'
import { safeText } from '../terminal/safe-text.ts'
import { workingFolder } from '../working-folder.ts'

/** Prints the last lines that a server wrote, from the last run or command that used it. */
export async function mcpLogs(
  { host, terminal }: CommandLine,
  flags: McpFlags,
  name: string,
): Promise<ExitName> {
  const configuration = await loadServers(workingFolder(host, flags.cwd), host.environment)
  findServer(configuration, name)
  const lines = readServerLog(mcpFolders(host.environment).logs, name)
  if (flags.json) await terminal.out.write(`${JSON.stringify({ server: name, lines: lines ?? [] })}\n`)
  else if (lines === undefined)
    await terminal.notes.write(
      safeText(`${name} wrote nothing, or was never started (keepup mcp doctor ${name})\n`),
    )
  else await terminal.out.write(safeText(`${lines.join('\n')}\n`))
  return 'completed'
}
