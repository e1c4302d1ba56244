import { type KeepupError, KeepupError as Failure } from '@keepup/core'
import type { McpConnection, McpHub } from '@keepup/mcp'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { McpFlags } from '../routes/mcp-routes.ts'
import { isAttended } from '../running/is-attended.ts'
import { workingFolder } from '../working-folder.ts'
import { answerServers } from './answer-servers.ts'
import { findServer } from './find-server.ts'
import { needsApproval, openServers } from './open-servers.ts'

/** A server that a command talks to. */
export interface UsedServer {
  readonly hub: McpHub
  readonly connection: McpConnection
  /** Aborted by ctrl+c. */
  readonly signal: AbortSignal
}

/** Starts a server, does something with it, and ends it. */
export async function useServer<Result>(
  line: CommandLine,
  flags: McpFlags,
  name: string,
  use: (server: UsedServer) => Promise<Result>,
): Promise<Result> {
  const { host, terminal } = line
  const { environment } = host
  const answers = answerServers(line, {
    attended: isAttended(line) && !flags.json,
    output: {
      pause: () => terminal.notes.flush(),
      warn: (text) => terminal.notes.write(`note: ${text}\n`),
    },
  })
  await using opened = await openServers(workingFolder(host, flags.cwd), environment, { answers })
  const found = findServer(opened.configuration, name)
  if (found.definition === undefined)
    throw usageError(`${name} is not configured right`, `see why with: keepup mcp doctor ${name}`)
  if (!found.written.enabled)
    throw usageError(`${name} is switched off`, `switch it on with: keepup mcp enable ${name}`)
  if (needsApproval(found, environment))
    throw usageError(
      `${name} came with the project and is not approved`,
      `look at it with keepup mcp approve, then: keepup mcp approve ${name}`,
    )
  const ending = new AbortController()
  const unwatch = host.onStop(() => {
    answers.stop()
    ending.abort(new Failure('interrupted', 'it was interrupted'))
  })
  try {
    const connection = await opened.hub.connection(name, ending.signal)
    return await use({ hub: opened.hub, connection, signal: ending.signal })
  } catch (error) {
    throw advised(error, name)
  } finally {
    unwatch()
  }
}

/** A server's failure, with what to do next. */
function advised(error: unknown, name: string): unknown {
  if (!Failure.is(error, 'tool-failed') || typeof error.details['fix'] === 'string') return error
  const fix = `see more with: keepup mcp doctor ${name}, keepup mcp logs ${name}`
  return new Failure(error.code, error.message, {
    cause: error,
    details: { ...error.details, fix },
  }) satisfies KeepupError
}
