import { type ConfiguredServer, serverApprovals } from '@keepup/mcp/configuration'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import type { Host } from '../host.ts'
import { describeWhole } from '../mcp/describe-transport.ts'
import { findServer } from '../mcp/find-server.ts'
import { loadServers } from '../mcp/load-servers.ts'
import { mcpFolders } from '../mcp/mcp-folders.ts'
import { needsApproval } from '../mcp/open-servers.ts'
import { peopleOnly } from '../mcp/people-only.ts'
import { serverRow } from '../mcp/server-row.ts'
import type { McpFlags } from '../routes/mcp-routes.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { workingFolder } from '../working-folder.ts'

/** Approves a project's server as it is now; without a name, shows what waits for it. */
export async function mcpApprove(
  { host, terminal }: CommandLine,
  flags: McpFlags,
  name?: string,
): Promise<ExitName> {
  const { environment } = host
  peopleOnly(environment)
  const configuration = await loadServers(workingFolder(host, flags.cwd), environment)
  const chosen =
    name === undefined
      ? configuration.servers.filter((server) => needsApproval(server, environment))
      : [approve(findServer(configuration, name), host)]
  if (flags.json) {
    const rows = chosen.map((server) => serverRow(server, environment))
    await terminal.out.write(
      `${JSON.stringify(name === undefined ? { waiting: rows } : { approved: rows })}\n`,
    )
    return 'completed'
  }
  await show(chosen, terminal)
  const said =
    name === undefined
      ? 'approve one with: keepup mcp approve NAME'
      : 'approved, until any of this changes, or a file of the project that it names'
  if (chosen.length > 0) await terminal.notes.write(`${said}\n`)
  return 'completed'
}

function approve(server: ConfiguredServer, { environment, clock }: Host): ConfiguredServer {
  const { written, digest } = server
  const { name, place } = written
  if (digest === undefined) {
    const why = place.scope === 'project' ? 'it is broken (keepup mcp doctor)' : 'it is your own'
    throw usageError(`${name} cannot be approved: ${why}`, 'see what waits with: keepup mcp approve')
  }
  const time = new Date(clock.now()).toISOString()
  serverApprovals(mcpFolders(environment).approvals).add(digest, { server: name, file: place.file, time })
  return server
}

async function show(servers: readonly ConfiguredServer[], { out, outStyle: style }: Terminal): Promise<void> {
  if (servers.length === 0) await out.write('nothing waits for approval\n')
  for (const { written, digest = '' } of servers) {
    const head = `${style.bold(safeLine(written.name))}  ${safeLine(written.place.file)}  ${style.dim(digest.slice(0, 12))}`
    await out.write(`${[head, ...describeWhole(written)].join('\n')}\n`)
  }
}
