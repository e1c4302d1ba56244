import type { Tool } from '@keepup/core'
import type { ServerDefinition } from '@keepup/mcp'
import { describeProblem, type McpConfiguration } from '@keepup/mcp/configuration'
import { serverTools } from '@keepup/mcp/search'

import type { Environment } from '../host.ts'
import type { ServerAnswers } from './answer-servers.ts'
import { needsApproval, openServers } from './open-servers.ts'

/** The tools of the servers of a run. */
export interface RunServers extends AsyncDisposable {
  readonly tools: readonly Tool[]
}

/** Who hears of the servers of a run, and who answers them. */
export interface RunServerParts {
  readonly note: (text: string) => void
  readonly answers: ServerAnswers | undefined
  /** Servers beside the configured ones; of two of one name these are used. */
  readonly given: readonly ServerDefinition[]
}

/** Opens the servers of a run; none is started before its tools are searched or called. What is wrong with one is told, and the run goes on without it. */
export async function openRunServers(
  folder: string,
  environment: Environment,
  { note, answers, given }: RunServerParts,
): Promise<RunServers> {
  const opened = await openServers(folder, environment, { follow: true, answers, given })
  const { hub, configuration } = opened
  tellSome(whatIsLeftOut(configuration, environment), note)
  const usable =
    given.length > 0 ||
    configuration.servers.some(
      (server) =>
        server.written.enabled && server.definition !== undefined && !needsApproval(server, environment),
    )
  if (usable) await hub.recall()
  const { budget } = configuration
  const tools = usable ? serverTools(hub, budget === undefined ? {} : { budget }) : []
  return { tools, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}

/** @limit How many servers that are left out of a run are told of one by one: a stranger's file may have any number. */
const mostTold = 10

function tellSome(texts: readonly string[], note: (text: string) => void): void {
  for (const text of texts.slice(0, mostTold)) note(text)
  if (texts.length > mostTold) note(`and ${texts.length - mostTold} more (keepup mcp doctor)`)
}

function whatIsLeftOut({ problems, servers }: McpConfiguration, environment: Environment): readonly string[] {
  const wrong = problems.filter(({ severity }) => severity === 'error')
  const waiting = servers.filter((server) => server.written.enabled && needsApproval(server, environment))
  return [
    ...wrong.map((problem) => `${describeProblem(problem)} (keepup mcp doctor)`),
    ...waiting.map(
      ({ written: { name, place } }) =>
        `the server ${name} of ${place.file} is not run, because nobody approved it as it is now (keepup mcp approve)`,
    ),
  ]
}
