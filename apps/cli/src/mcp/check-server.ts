import type { McpHub, ServerStatus } from '@keepup/mcp'
import { type ConfiguredServer, type ConfigurationProblem, describeProblem } from '@keepup/mcp/configuration'

import type { Finding } from '../commands/finding.ts'
import type { Environment } from '../host.ts'
import { needsApproval } from './open-servers.ts'

/** What was found out about one server, and what to do. Starts it. */
export async function checkServer(
  server: ConfiguredServer,
  {
    hub,
    environment,
    problems,
  }: {
    readonly hub: McpHub
    readonly environment: Environment
    readonly problems: readonly ConfigurationProblem[]
  },
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { name, enabled, place } = server.written
  const own = problems.filter((problem) => problem.server === name && problem.file === place.file)
  const told = own.map((problem) => findingOf(name, problem))
  if (!enabled) return [...told, { check: name, state: 'note', text: 'switched off' }]
  if (server.definition === undefined) return told
  if (needsApproval(server, environment)) {
    const text = `came with the project (${place.file}), and nobody approved it as it is now`
    return [
      ...told,
      { check: name, state: 'missing', text, fix: `keepup mcp approve, then keepup mcp approve ${name}` },
    ]
  }
  return [...told, ...(await start(hub, name, signal))]
}

/** A problem of a file, as what was found. */
export function findingOf(check: string, problem: ConfigurationProblem): Finding {
  const { severity, fix, ...rest } = problem
  const text = describeProblem({ ...problem, fix: '' }).replace(/\. \.$/, '')
  return {
    check,
    state: severity === 'error' ? 'broken' : 'note',
    text: rest.message === '' ? fix : text,
    fix,
  }
}

async function start(hub: McpHub, name: string, signal: AbortSignal): Promise<readonly Finding[]> {
  const failure = await failureOf(async () => {
    const connection = await hub.connection(name, signal)
    await connection.listTools({ signal })
    await hub.ready(signal)
  })
  const status = hub.servers().find((one) => one.name === name)
  if (failure === undefined && status !== undefined) return whatItOffers(hub, status)
  const text = withLog(failure ?? 'it is not there', hub.log(name))
  return [{ check: name, state: 'broken', text, fix: fixOf(name, status) }]
}

async function failureOf(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function whatItOffers(hub: McpHub, { name, tools = 0, connecting }: ServerStatus): readonly Finding[] {
  const { implementation, protocol = '', refused = [] } = hub.describe(name) ?? {}
  const took = connecting === undefined ? '' : `, in ${Math.round(connecting)} ms`
  const who =
    implementation === undefined ? '' : ` (${implementation.name} ${implementation.version}, ${protocol})`
  return [
    { check: name, state: 'good', text: `${tools} ${tools === 1 ? 'tool' : 'tools'}${took}${who}` },
    ...refused.map(({ serverName, reason }): Finding => {
      const text = `its tool ${serverName} is not offered: ${reason}`
      const waits = reason.endsWith('until a person approves it')
      return { check: name, state: 'note', text, ...(waits ? { fix: `keepup mcp review ${name}` } : {}) }
    }),
  ]
}

function withLog(failure: string, log: readonly string[]): string {
  const last = log.slice(-3).map((line) => line.trim().slice(0, 200))
  // Where it ended by itself, the failure tells them already.
  return last.every((line) => failure.includes(line))
    ? failure
    : `${failure} Its last words: ${last.join(' | ')}`
}

function fixOf(name: string, status: ServerStatus | undefined): string {
  if (status?.state === 'needs-authorisation') return `keepup mcp login ${name}`
  const transport = status?.definition.transport
  if (transport?.type === 'stdio') {
    return `try it by hand: ${[transport.command, ...transport.args].join(' ').slice(0, 200)}; see what it wrote: keepup mcp logs ${name}`
  }
  return `check that ${transport?.url ?? 'it'} can be reached from here`
}
