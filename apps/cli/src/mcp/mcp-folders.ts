import { dirname, join } from 'node:path'

import type { Environment } from '../host.ts'
import { defaultStore, userFile } from '../settings/user-file.ts'

/** Where the program keeps what it knows of MCP servers. */
export interface McpFolders {
  /** The person's own configuration: `mcp.json` lies in it. */
  readonly configuration: string
  readonly approvals: string
  /** The tools of servers as they were let pass. */
  readonly pins: string
  /** What servers offered; can be deleted. */
  readonly offers: string
  /** The last lines that servers wrote; can be deleted. */
  readonly logs: string
  readonly credentials: string
  /** What credentials are encrypted with where there is no keychain. */
  readonly keyFile: string
}

/** The folders of a person (XDG Base Directory Specification). */
export function mcpFolders(environment: Environment): McpFolders {
  const configuration = dirname(userFile(environment))
  const state = join(dirname(defaultStore(environment)), 'mcp')
  return {
    configuration,
    approvals: join(configuration, 'mcp-approvals'),
    pins: join(configuration, 'mcp-pins'),
    offers: join(state, 'offers'),
    logs: join(state, 'logs'),
    credentials: join(state, 'credentials'),
    keyFile: join(configuration, 'mcp.key'),
  }
}
