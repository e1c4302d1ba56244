import { gzipSync } from 'node:zlib'

import { type Attack, testAttacks } from '@keepup/vitest/attack'
import { vi } from 'vitest'

import { run } from './agent-world.ts'
import { bareClient, callText, hostileServer, hubOf } from './hostile-server.ts'

vi.setConfig({ testTimeout: 60_000 })

const bare = 'what the hub adds to the SDK'

/** The text that a hostile answer to a call brought, through the hub or the bare SDK. */
async function brought(
  isDefended: boolean,
  act: Parameters<typeof hostileServer>[0],
  within = 10_000,
): Promise<string | undefined> {
  const server = await hostileServer(act)
  if (!isDefended) return callText((await bareClient(server)).callTool({ name: 't', arguments: {} }), within)
  const connection = await hubOf(server).connection('hostile')
  return callText(connection.callTool('t', {}), within)
}

/** @limit The hub's own bound is 32 MiB. */
const tooMuch = 40 * 1024 * 1024

const large: readonly Attack[] = [
  {
    id: 'mcp-23',
    name: 'an answer of 40 MB',
    without: bare,
    succeeds: async (isDefended) =>
      ((
        await brought(isDefended, ({ method, answer }) => {
          if (method !== 'tools/call') return false
          answer({ content: [{ type: 'text', text: 'x'.repeat(tooMuch) }] })
          return true
        })
      )?.length ?? 0) >= tooMuch,
  },
  {
    id: 'mcp-28',
    name: 'an answer of 40 MB in 40 kB',
    without: bare,
    succeeds: async (isDefended) =>
      ((
        await brought(isDefended, ({ method, id, response }) => {
          if (method !== 'tools/call') return false
          const result = { content: [{ type: 'text', text: 'x'.repeat(tooMuch) }] }
          response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
          response.end(gzipSync(JSON.stringify({ jsonrpc: '2.0', id, result })))
          return true
        })
      )?.length ?? 0) >= tooMuch,
  },
]

/** Servers count requests; tests end them. */
const endless: readonly Attack[] = [
  {
    id: 'mcp-24',
    name: 'a list without an end',
    without: 'a bound on pages',
    async succeeds(isDefended) {
      const server = await hostileServer(({ method, params, answer }) => {
        if (method !== 'tools/list') return false
        const page = Number(params['cursor'] ?? 0) + 1
        const tools = [{ name: `t${page}`, inputSchema: { type: 'object' } }]
        answer({ tools, ...(page < 400 ? { nextCursor: String(page) } : {}) })
        return true
      })
      if (isDefended) await hubOf(server).ready()
      else await (await bareClient(server, { listMaxPages: 1_000 })).listTools().catch(() => {})
      return server.count('tools/list') >= 400
    },
  },
  {
    id: 'mcp-25',
    name: 'an answer that drips for ever',
    without: bare,
    async succeeds(isDefended) {
      const server = await hostileServer(({ method, response }) => {
        if (method !== 'tools/call') return false
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        const drip = setInterval(() => response.write(': still here\n\n'), 50)
        response.on('close', () => clearInterval(drip))
        return true
      })
      const within = 4_000
      const client = isDefended ? await hubOf(server).connection('hostile') : await bareClient(server)
      const call =
        'server' in client ? client.callTool('t', {}) : client.callTool({ name: 't', arguments: {} })
      // Whether it still waits then; the hub was told a second.
      const waiting = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), within))
      return Promise.race([
        waiting,
        call.then(
          () => false,
          () => false,
        ),
      ])
    },
  },
  {
    id: 'mcp-27',
    name: 'tools that change without end',
    without: bare,
    async succeeds(isDefended) {
      const server = await hostileServer(({ method, id, response }) => {
        if (method === 'initialize') {
          const capabilities = { tools: { listChanged: true } }
          const result = {
            protocolVersion: '2025-11-25',
            capabilities,
            serverInfo: { name: 'h', version: '0' },
          }
          response.writeHead(200, { 'content-type': 'application/json' })
          response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
          return true
        }
        if (method !== 'tools/call') return false
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        const changed = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' })
        for (let time = 0; time < 200; time++) response.write(`data: ${changed}\n\n`)
        const result = { content: [{ type: 'text', text: 'done' }] }
        response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id, result })}\n\n`)
        return true
      })
      if (isDefended) {
        const hub = hubOf(server)
        await hub.ready()
        await (await hub.connection('hostile')).callTool('t', {})
      } else {
        const client = await bareClient(server)
        client.setNotificationHandler('notifications/tools/list_changed', async () => {
          await client.listTools().catch(() => {})
        })
        await client.callTool({ name: 't', arguments: {} })
      }
      // What comes of it on a busy machine comes late.
      const longest = isDefended ? 1_000 : 20_000
      for (let waited = 0; waited < longest && server.count('tools/list') <= 50; waited += 50)
        await new Promise((resolve) => setTimeout(resolve, 50))
      return server.count('tools/list') > 50
    },
  },
]

/** What the tool of a server comes to: as the hub gives it to an agent, or as the bare SDK does. */
async function outcomeOf(isDefended: boolean, result: string): Promise<unknown> {
  const server = await hostileServer(({ method, id, response }) => {
    if (method !== 'tools/call') return false
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`)
    return true
  })
  if (!isDefended) return (await bareClient(server)).callTool({ name: 't', arguments: {} })
  const hub = hubOf(server)
  await hub.ready()
  const [tool] = hub.tools()
  if (tool === undefined) throw new Error('it has no tool')
  return (await run(tool)).outcome
}

const shapes: readonly Attack[] = [
  {
    id: 'mcp-23',
    name: 'an answer of a hundred thousand parts',
    without: bare,
    async succeeds(isDefended) {
      const part = '{"type":"text","text":"x"}'
      const result = `{"content":[${`${part},`.repeat(100_000)}${part}]}`
      return JSON.stringify(await outcomeOf(isDefended, result)).split('"text","text"').length > 10_000
    },
  },
  {
    id: 'mcp-23',
    name: 'data that is nested so deep that it cannot be written down',
    without: bare,
    async succeeds(isDefended) {
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
      const result = `{"content":[],"structuredContent":{"a":${deep}}}`
      const outcome = await outcomeOf(isDefended, result)
      try {
        return !JSON.stringify(outcome).includes('nested deeper')
      } catch {
        return true
      }
    },
  },
]

testAttacks([...large, ...shapes, ...endless])
