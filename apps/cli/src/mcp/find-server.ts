import type { ConfiguredServer, McpConfiguration } from '@keepup/mcp/configuration'

import { usageError } from '../error-report.ts'
import { nearest } from '../settings/nearest.ts'

/** A configured server by its name. Fails `input-invalid`, with the nearest name. */
export function findServer({ servers }: Pick<McpConfiguration, 'servers'>, name: string): ConfiguredServer {
  const found = servers.find(({ written }) => written.name === name)
  if (found !== undefined) return found
  const names = servers.map(({ written }) => written.name)
  const meant = nearest(name, names)
  const fix = meant === undefined ? 'list them with: keepup mcp list' : `did you mean ${meant}?`
  throw usageError(`there is no MCP server ${JSON.stringify(name)}`, fix)
}
