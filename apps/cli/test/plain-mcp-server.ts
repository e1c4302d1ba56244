// A server of the Model Context Protocol without any library, for tests: `echo` says its words and notes each call in the file that CALLS names.
import { appendFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

interface Request {
  readonly id?: number
  readonly method: string
  readonly params?: {
    readonly name?: string
    readonly arguments?: Record<string, unknown>
    readonly uri?: string
  }
}

const note = (text: string): void => {
  const file = process.env['CALLS']
  if (file !== undefined) appendFileSync(file, `${text}\n`)
}
const tools = [
  'echo',
  ...Array.from({ length: Number(process.env['MORE'] ?? 0) }, (_, index) => `other_${index}`),
]

const answers: Readonly<Record<string, (params: NonNullable<Request['params']>) => unknown>> = {
  initialize: () => ({
    protocolVersion: '2025-11-25',
    capabilities: { tools: {}, resources: {}, prompts: {} },
    serverInfo: { name: 'plain', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({
    tools: tools.map((name) => ({
      name,
      description:
        name === 'echo' ? 'Echoes words back.' : `Does something else. ${'It does it well. '.repeat(20)}`,
      inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    })),
  }),
  'tools/call': ({ name = '', arguments: given = {} }) => {
    note(`${name} ${String(given['text'])}`)
    const text = `${String(given['text'])}, said with ${process.env['SAID_WITH'] ?? 'nothing'}`
    return { content: [{ type: 'text', text }], isError: given['text'] === 'fail' }
  },
  'resources/list': () => ({ resources: [{ uri: 'plain://one', name: 'one', description: 'The one' }] }),
  'resources/templates/list': () => ({ resourceTemplates: [] }),
  'resources/read': ({ uri = '' }) => ({ contents: [{ uri, text: 'what it holds' }] }),
  'prompts/list': () => ({ prompts: [{ name: 'greet', arguments: [{ name: 'who', required: true }] }] }),
  'prompts/get': ({ arguments: given = {} }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: `Greet ${String(given['who'])}` } }],
  }),
}

note('started')
process.stderr.write('plain server is up\n')
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params = {} } = JSON.parse(line) as Request // the hub's own words
  if (id === undefined) continue
  const answer = answers[method]
  const told =
    answer === undefined ? { error: { code: -32601, message: `no ${method}` } } : { result: answer(params) }
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...told })}\n`)
}
