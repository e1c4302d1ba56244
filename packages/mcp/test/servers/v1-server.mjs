// A server on the SDK before the split, as most of those in the world are.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

const server = new McpServer({ name: 'v1', version: '1.0.0' })
server.registerTool('shout', { description: 'Shouts.', inputSchema: { text: z.string() } }, ({ text }) => ({
  content: [{ type: 'text', text: text.toUpperCase() }],
}))
await server.connect(new StdioServerTransport())
