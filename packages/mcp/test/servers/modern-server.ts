import { createServer, type RequestListener, type Server } from 'node:http'

import { toNodeHandler } from '@modelcontextprotocol/node'
import { acceptedContent, createMcpHandler, inputRequired, McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

/** How often the tools of a server did something. */
export interface Counts {
  asked: number
  slow: number
  aborted: number
}

/** A server of the 2026-07-28 revision: an answer with data, a question, slow work with progress, a tool that adds a tool. */
export function modernServer(
  extra: readonly string[],
  grow: (name: string) => void,
  counts: Counts,
): McpServer {
  const server = new McpServer(
    { name: 'modern', version: '1.0.0' },
    { instructions: 'Be modern.', capabilities: { resources: { subscribe: true } } },
  )
  server.registerTool(
    'add',
    {
      description: 'Adds two numbers.',
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      outputSchema: z.object({ sum: z.number() }),
      annotations: { readOnlyHint: true },
    },
    ({ a, b }) => ({ content: [{ type: 'text', text: String(a + b) }], structuredContent: { sum: a + b } }),
  )
  server.registerTool(
    'ask',
    { inputSchema: z.object({ again: z.boolean().optional() }) },
    ({ again }, ctx) => {
      counts.asked++
      const answer = acceptedContent<{ name: string }>(ctx.mcpReq.inputResponses, 'who')
      if (answer !== undefined && again !== true)
        return { content: [{ type: 'text', text: `Hello, ${answer.name}` }] }
      const requestedSchema = {
        type: 'object' as const,
        properties: { name: { type: 'string' as const, minLength: 2 } },
        required: ['name'],
      }
      return inputRequired({
        inputRequests: { who: inputRequired.elicit({ message: 'Who are you?', requestedSchema }) },
        requestState: 'state',
      })
    },
  )
  server.registerResource('note', 'test://note', {}, () => ({
    contents: [{ uri: 'test://note', text: 'noted' }],
  }))
  server.registerTool('slow', { inputSchema: z.object({}) }, async (_input, ctx) => {
    counts.slow++
    ctx.mcpReq.signal.addEventListener('abort', () => counts.aborted++)
    // eslint-disable-next-line no-underscore-dangle -- the name is the protocol's
    const token = ctx.mcpReq._meta?.progressToken
    for (const progress of [1, 2, 3]) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      if (token === undefined) continue
      await ctx.mcpReq.notify({
        method: 'notifications/progress',
        params: { progressToken: token, progress, total: 3 },
      })
    }
    return { content: [{ type: 'text', text: 'slow, but done' }] }
  })
  server.registerTool('grow', { inputSchema: z.object({ name: z.string() }) }, ({ name }) => {
    grow(name)
    return { content: [{ type: 'text', text: 'grown' }] }
  })
  for (const name of extra) {
    server.registerTool(name, { inputSchema: z.object({}) }, () => ({
      content: [{ type: 'text', text: name }],
    }))
  }
  return server
}

/** A server of the 2026-07-28 revision by HTTP, on a free port. */
export async function startModernServer(): Promise<{
  readonly url: string
  readonly counts: Counts
  readonly requests: string[]
  readonly server: Server
  /** Tells whoever listens that a resource has changed. */
  updated(uri: string): void
  close(): Promise<void>
}> {
  const extra: string[] = []
  const counts = { asked: 0, slow: 0, aborted: 0 }
  const requests: string[] = []
  const handler = createMcpHandler(() => modernServer(extra, grow, counts))
  function grow(name: string): void {
    extra.push(name)
    handler.notify.toolsChanged()
  }
  // Its types leave out that fields of a request may be undefined.
  const handle = toNodeHandler(handler) as unknown as RequestListener
  const server = createServer((request, response) => {
    requests.push(String(request.headers['mcp-method'] ?? request.method))
    handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    counts,
    requests,
    server,
    updated: (uri) => handler.notify.resourceUpdated(uri),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

if (process.argv[2] === 'stdio') {
  const extra: string[] = []
  serveStdio(() => modernServer(extra, (name) => extra.push(name), { asked: 0, slow: 0, aborted: 0 }))
}
