import { type PendingTool, setDigest } from '@keepup/mcp-security/hygiene'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { findServer } from '../mcp/find-server.ts'
import { openServers } from '../mcp/open-servers.ts'
import { peopleOnly } from '../mcp/people-only.ts'
import type { ReviewFlags } from '../routes/mcp-routes.ts'
import { safeLine } from '../terminal/safe-text.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { workingFolder } from '../working-folder.ts'

/** Shows which tools of servers wait for a person, with all that changed; with the code of what was shown, lets exactly that pass. Starts the servers. */
export async function mcpReview(
  { host, terminal }: CommandLine,
  flags: ReviewFlags,
  name?: string,
): Promise<ExitName> {
  if (flags.approve !== undefined) peopleOnly(host.environment)
  await using opened = await openServers(workingFolder(host, flags.cwd), host.environment)
  const { hub, configuration } = opened
  if (name !== undefined) findServer(configuration, name)
  const ending = new AbortController()
  const unwatch = host.onStop(() => ending.abort())
  try {
    // What was kept of a server may be old.
    if (name !== undefined) await hub.connection(name, ending.signal)
    await hub.ready(ending.signal)
  } finally {
    unwatch()
  }
  const reviewer = await opened.reviewer()
  const waiting = reviewer.pending().filter(({ server }) => name === undefined || server === name)
  const code = codeOf(waiting)
  if (flags.approve !== undefined && flags.approve !== code) {
    const fix = `look again with: keepup mcp review${name === undefined ? '' : ` ${name}`}`
    throw usageError(`${JSON.stringify(flags.approve)} is not the code of what waits now`, fix)
  }
  if (flags.approve !== undefined) await reviewer.approve(waiting)
  if (flags.json)
    await terminal.out.write(`${JSON.stringify({ code, waiting, approved: flags.approve === code })}\n`)
  else await show(waiting, code, flags, terminal, name)
  return 'completed'
}

/** Of everything that is shown: it is another where any of that is. */
function codeOf(waiting: readonly PendingTool[]): string {
  const shown = waiting.map(({ identity, tool, change, digest, findings }) => ({
    name: JSON.stringify([identity, tool, change, findings]),
    digest,
  }))
  return setDigest(shown).slice(0, 12)
}

async function show(
  waiting: readonly PendingTool[],
  code: string,
  { approve }: ReviewFlags,
  { out, notes, outStyle: style }: Terminal,
  name: string | undefined,
): Promise<void> {
  if (waiting.length === 0) await out.write('nothing waits\n')
  for (const { server, tool, change, findings, diff } of waiting) {
    const lines = [
      `${style.bold(safeLine(`${server}: ${tool}`))}  ${change}`,
      ...findings.map(({ text }) => style.yellow(`  ! ${safeLine(text)}`)),
      ...diff.map((line) => `  ${safeLine(line)}`),
    ]
    await out.write(`${lines.join('\n')}\n`)
  }
  if (waiting.length === 0) return
  const server = name === undefined ? '' : ` ${name}`
  const said =
    approve === undefined
      ? `let all of it pass with: keepup mcp review${server} --approve ${code}`
      : 'all of it passes from now on'
  await notes.write(`${said}\n`)
}
