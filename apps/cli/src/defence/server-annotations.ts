import { annotateServer, type ToolAnnotations } from '@keepup/mcp-security/defence'

import type { Environment } from '../host.ts'
import { hasServers } from '../mcp/has-servers.ts'

/** What is known of the tools of the servers that are configured for a folder; nothing is loaded where there are none. */
export async function serverAnnotations(folder: string, environment: Environment): Promise<ToolAnnotations> {
  if (!hasServers(folder, environment)) return {}
  const { loadServers } = await import('../mcp/load-servers.ts')
  const { servers } = await loadServers(folder, environment)
  const known = servers.flatMap(({ definition }) => {
    if (definition === undefined) return []
    const { transport, name } = definition
    const place = transport.type === 'stdio' ? transport : { url: transport.url }
    return [annotateServer(place, (tool) => `mcp__${name}__${tool}`)]
  })
  return Object.assign({}, ...known) as ToolAnnotations // of objects that are ones
}
