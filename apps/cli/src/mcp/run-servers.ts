import type { Tool } from '@keepup/core'
import { describeProblem } from '@keepup/mcp/configuration'
import { serverTools } from '@keepup/mcp/search'

import type { Environment } from '../host.ts'
import { needsApproval, openServers } from './open-servers.ts'

/** The tools of the servers of a run. */
export interface RunServers extends AsyncDisposable {
  readonly tools: readonly Tool[]
}

/** Opens the servers of a run; none is started before its tools are searched or called. What is wrong with one is told, and the run goes on without it. */
export async function openRunServers(
  folder: string,
  environment: Environment,
  note: (text: string) => void,
): Promise<RunServers> {
  const opened = await openServers(folder, environment, { follow: true })
  const { hub, configuration } = opened
  for (const problem of configuration.problems) {
    if (problem.severity === 'error') note(`${describeProblem(problem)} (keepup mcp doctor)`)
  }
  for (const server of configuration.servers) {
    const { enabled, name, place } = server.written
    if (enabled && needsApproval(server, environment)) {
      note(
        `the server ${name} of ${place.file} is not run, because nobody approved it as it is now (keepup mcp approve)`,
      )
    }
  }
  const usable = configuration.servers.some(
    (server) =>
      server.written.enabled && server.definition !== undefined && !needsApproval(server, environment),
  )
  if (usable) await hub.recall()
  const { budget } = configuration
  const tools = usable ? serverTools(hub, budget === undefined ? {} : { budget }) : []
  return { tools, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}
