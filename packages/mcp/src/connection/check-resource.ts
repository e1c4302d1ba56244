import { KeepupError } from '@keepup/core'

import type { HubParts } from '../hub-parts.ts'
import type { AskOptions, McpConnection } from '../mcp-connection.ts'
import { plainText } from '../plain-text.ts'

/** Fails `tool-denied` where a resource must not be asked of its server. The server is asked what it has only where somebody judges it. */
export async function checkResource(
  connection: Pick<McpConnection, 'server' | 'listResources' | 'listResourceTemplates'>,
  refuse: HubParts['refuseResource'],
  uri: string,
  options: AskOptions | undefined,
): Promise<void> {
  if (refuse === undefined) return
  const resources = await connection.listResources(options)
  // Servers of older versions may know no templates.
  const templates = await connection.listResourceTemplates(options).catch(() => [])
  const declared = {
    uris: resources.map((entry) => entry.uri),
    templates: templates.map(({ uriTemplate }) => uriTemplate),
  }
  const why = await refuse(uri, declared)
  if (why === undefined) return
  const text = `The resource ${plainText(uri, 200)} is not asked of the MCP server "${connection.server}": ${why}. Ask for one that it lists.`
  throw new KeepupError('tool-denied', text, { details: { server: connection.server, outcome: 'not-run' } })
}
