import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import { checkServer, findingOf } from '../mcp/check-server.ts'
import { findServer } from '../mcp/find-server.ts'
import { openServers } from '../mcp/open-servers.ts'
import { unreadServers } from '../mcp/server-row.ts'
import type { McpFlags } from '../routes/mcp-routes.ts'
import { safeLine } from '../terminal/safe-text.ts'
import { pad } from '../terminal/width.ts'
import { workingFolder } from '../working-folder.ts'
import type { Finding } from './finding.ts'

/** Starts the servers, of all or one, and says of each what is wrong and what to do. Exits with an error where one is broken. */
export async function mcpDoctor(line: CommandLine, flags: McpFlags, name?: string): Promise<ExitName> {
  const findings = await startServers(line, flags.cwd, name)
  const { out, outStyle: style } = line.terminal
  if (flags.json) await out.write(`${JSON.stringify(findings)}\n`)
  else {
    const marks = {
      good: style.green(style.marks.done),
      missing: style.yellow(style.marks.note),
      broken: style.red(style.marks.failed),
      note: ' ',
    }
    const width = Math.min(24, Math.max(9, ...findings.map(({ check }) => check.length)))
    if (findings.length === 0) await out.write('no MCP servers are configured (see keepup mcp add --help)\n')
    for (const { check, state, text, fix } of findings) {
      await out.write(`${marks[state]} ${style.bold(pad(safeLine(check), width))} ${safeLine(text)}\n`)
      if (fix !== undefined) await out.write(`  ${pad('', width)} ${style.dim(`fix: ${safeLine(fix)}`)}\n`)
    }
  }
  return findings.some(({ state }) => state === 'broken') ? 'failed' : 'completed'
}

/** Starts the servers of a folder, all or one, and says of each what is wrong and what to do. */
export async function startServers(
  { host }: CommandLine,
  cwd: string | undefined,
  name: string | undefined,
): Promise<readonly Finding[]> {
  const { environment } = host
  await using opened = await openServers(workingFolder(host, cwd), environment)
  const { hub, configuration } = opened
  const { problems } = configuration
  const unread = unreadServers(configuration)
  const isMeant = (server: string | undefined): boolean => name === undefined || server === name
  const others = problems.filter(
    ({ server }) => isMeant(server) && (server === undefined || unread.includes(server)),
  )
  const chosen =
    name === undefined || unread.includes(name)
      ? configuration.servers.filter(({ written }) => isMeant(written.name))
      : [findServer(configuration, name)]
  const ending = new AbortController()
  const unwatch = host.onStop(() => ending.abort())
  try {
    const parts = { hub, environment, problems }
    const checked = await Promise.all(chosen.map((server) => checkServer(server, parts, ending.signal)))
    return [...others.map((problem) => findingOf(problem.server ?? 'files', problem)), ...checked.flat()]
  } finally {
    unwatch()
  }
}
