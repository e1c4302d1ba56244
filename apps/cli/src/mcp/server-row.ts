import type { ServerDescription, ServerStatus } from '@keepup/mcp'
import type { ConfiguredServer, McpConfiguration } from '@keepup/mcp/configuration'

import type { Environment } from '../host.ts'
import { describeTransport } from './describe-transport.ts'
import { needsApproval } from './open-servers.ts'

/** A configured server as it is listed. Nothing was started for it. */
export interface ServerRow {
  readonly name: string
  readonly state: 'enabled' | 'disabled' | 'needs-approval' | 'broken'
  readonly transport: string
  readonly scope: string
  readonly program: string
  readonly file: string
  /** Of a project's server: what is approved. */
  readonly digest?: string
  /** How many tools it offered when it was asked last. */
  readonly tools?: number
}

/** A configured server as it is listed. */
export function serverRow(
  server: ConfiguredServer,
  environment: Environment,
  offered?: ServerDescription | ServerStatus,
): ServerRow {
  const { written, digest } = server
  const tools =
    offered === undefined
      ? undefined
      : typeof offered.tools === 'number'
        ? offered.tools
        : offered.tools?.length
  return {
    name: written.name,
    state: stateOf(server, environment),
    transport: describeTransport(written.transport),
    scope: written.place.scope,
    program: written.place.program,
    file: written.place.file,
    ...(digest === undefined ? {} : { digest }),
    ...(tools === undefined ? {} : { tools }),
  }
}

function stateOf(server: ConfiguredServer, environment: Environment): ServerRow['state'] {
  if (!server.written.enabled) return 'disabled'
  if (server.definition === undefined) return 'broken'
  return needsApproval(server, environment) ? 'needs-approval' : 'enabled'
}

/** Servers that stand in a configuration and could not even be read. */
export function unreadServers({ servers, problems }: McpConfiguration): readonly string[] {
  const read = new Set(servers.map(({ written }) => written.name))
  const named = problems.flatMap(({ server, severity }) =>
    severity === 'error' && server !== undefined ? [server] : [],
  )
  return [...new Set(named)].filter((name) => !read.has(name))
}
