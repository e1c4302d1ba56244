// A server of the Model Context Protocol without any library, for tests: its tool `ask` puts the request of its arguments to the client, and says what was answered.
import { createInterface } from 'node:readline'

interface Message {
  readonly id?: number | string
  readonly method?: string
  readonly params?: {
    readonly capabilities?: unknown
    readonly arguments?: { readonly method?: string; readonly params?: unknown }
  }
}

let offered: unknown
let call: Message['id']
const say = (message: object): void =>
  void process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as Message // the hub's own words
  const { id, method, params } = message
  if (method === undefined) {
    const text = `It said ${JSON.stringify({ ...message, jsonrpc: undefined, id: undefined })} and offers ${JSON.stringify(offered)}`
    say({ id: call, result: { content: [{ type: 'text', text }] } })
  } else if (method === 'initialize') {
    offered = params?.capabilities
    const serverInfo = { name: 'asker', version: '1.0.0' }
    say({ id, result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo } })
  } else if (method === 'tools/list') {
    const inputSchema = { type: 'object', properties: { method: { type: 'string' }, params: {} } }
    say({ id, result: { tools: [{ name: 'ask', description: 'Asks.', inputSchema }] } })
  } else if (method === 'tools/call') {
    call = id
    say({ id: 'question', method: params?.arguments?.method, params: params?.arguments?.params })
  } else if (id !== undefined) say({ id, error: { code: -32_601, message: `no ${method}` } })
}
