// A server of the Model Context Protocol without any library, for tests: its tool `ask` puts the request of its arguments to the client, and says what was answered; with AFTER its tool answers at once, and it asks when that file is there.
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

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
async function fileIsThere(file: string): Promise<void> {
  while (!existsSync(file)) await sleep(20)
}

const say = (message: object): void =>
  void process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as Message // the hub's own words
  const { id, method, params } = message
  if (method === undefined) {
    if (process.env['AFTER'] !== undefined) continue
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
    const question = {
      id: 'question',
      method: params?.arguments?.method,
      params: params?.arguments?.params,
    }
    if (process.env['AFTER'] === undefined) say(question)
    else {
      say({ id, result: { content: [{ type: 'text', text: 'Later.' }] } })
      void fileIsThere(process.env['AFTER']).then(() => say(question))
    }
  } else if (id !== undefined) say({ id, error: { code: -32_601, message: `no ${method}` } })
}
