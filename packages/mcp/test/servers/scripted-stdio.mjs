import { spawn } from 'node:child_process'
// A server without an SDK, which does what its first argument says, so that it can break any rule.
import { appendFileSync, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [mode = 'plain', file = ''] = process.argv.slice(2)
const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const note = (text) => file !== '' && appendFileSync(file, `${text}\n`)

note(`started ${process.pid}`)
if (mode === 'dies-at-start') {
  console.error('cannot find its configuration')
  process.exit(3)
}
if (mode === 'stubborn') for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => {})
if (mode === 'stubborn') setInterval(() => {}, 1_000)
if (mode === 'garbage') process.stdout.write('Welcome to the server!\n{"not": "a message"}\n\n[1,2]\n')
if (mode === 'chatty')
  for (let line = 0; line < 5_000; line++) console.error(`line ${line} ${'x'.repeat(3_000)}`)

const listed = {
  plain: [{ name: 'echo', inputSchema: { type: 'object' } }],
  faulty: [
    {
      name: 'good',
      description: 'Good.',
      inputSchema: { type: 'object', properties: { a: { type: 'string' } } },
    },
    { name: 'no-schema' },
    { name: 'array', inputSchema: { type: 'array' } },
    {
      name: 'pattern',
      inputSchema: { type: 'object', properties: { a: { type: 'string', pattern: '(?i)x[' } } },
    },
    {
      name: 'reference',
      inputSchema: {
        type: 'object',
        properties: { a: { $ref: 'http://127.0.0.1:9/schema.json' }, b: { $ref: '#/$defs/none' } },
      },
    },
    {
      name: 'deep',
      inputSchema: { type: 'object', properties: { a: JSON.parse('['.repeat(3_000) + ']'.repeat(3_000)) } },
    },
    { name: 'circle', inputSchema: { type: 'object', allOf: [{ $ref: '#' }] } },
    { name: 5, inputSchema: { type: 'object' } },
    'no tool',
    { name: 'Good', inputSchema: { type: 'object' } },
    { name: 'ünïcödé näme with spaces and much, much more than sixty-four characters', inputSchema: {} },
  ],
}

const tools = {
  echo: ({ text = 'echo' }) => ({ content: [{ type: 'text', text }] }),
  'die-once': () => {
    note('die-once')
    if (!existsSync(`${file}.died`)) {
      appendFileSync(`${file}.died`, 'x')
      process.exit(9)
    }
    return { content: [{ type: 'text', text: 'alive again' }] }
  },
  huge: () => ({ content: [{ type: 'text', text: 'x'.repeat(33 * 1024 * 1024) }] }),
  odd: () => ({
    content: [
      { type: 'text', text: 'fine' },
      { type: 'hologram', data: 1 },
      { type: 'image', data: 'aGk=', mimeType: 'image/png' },
      { type: 'audio', data: 'aGk=', mimeType: 'audio/wav' },
      { type: 'image', data: '!!', mimeType: 'image/png' },
      { type: 'resource', resource: { uri: 'file:///a.txt', text: 'inside' } },
      { type: 'resource', resource: { uri: 'file:///a.bin', blob: 'aGk=', mimeType: 'application/zip' } },
      { type: 'resource_link', uri: 'file:///b', name: 'b', size: 3 },
    ],
  }),
  page: ({ visited = false }) => {
    if (visited || existsSync(`${file}.visited`)) return { content: [{ type: 'text', text: 'visited' }] }
    appendFileSync(`${file}.visited`, 'x')
    const elicitations = [
      { mode: 'url', url: 'https://example.com/login', elicitationId: 'e1', message: 'Log in' },
    ]
    setTimeout(
      () => say({ method: 'notifications/elicitation/complete', params: { elicitationId: 'e1' } }),
      50,
    )
    return { error: { code: -32042, message: 'A page must be visited', data: { elicitations } } }
  },
  bad: () => ({ isError: true, content: [{ type: 'text', text: 'It is broken.' }] }),
  data: () => ({ content: [], structuredContent: { sum: 'three' } }),
  silent: () => {
    note('silent')
    return undefined
  },
}

// eslint-disable-next-line complexity -- it is a table of methods
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (method === 'server/discover' && mode === 'dies-at-probe') process.exit(1)
  note(method)
  if (method === 'initialize') {
    say({
      id,
      result: {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: { listChanged: true }, resources: { subscribe: mode === 'watched' } },
        serverInfo: { name: mode, version: '0' },
      },
    })
  } else if (method === 'tools/list') {
    // Says that its tools have changed whenever it is asked for them.
    if (mode === 'restless') setImmediate(() => say({ method: 'notifications/tools/list_changed' }))
    const extra = mode === 'faulty' ? [] : Object.keys(tools).filter((name) => name !== 'echo')
    const more = extra.map((name) => ({
      name,
      inputSchema: { type: 'object' },
      ...(name === 'data'
        ? { outputSchema: { type: 'object', properties: { sum: { type: 'number' } } } }
        : {}),
      ...(name === 'die-once' && mode === 'idempotent' ? { annotations: { idempotentHint: true } } : {}),
    }))
    say({ id, result: { tools: [...(listed[mode] ?? listed.plain), ...more] } })
  } else if (method === 'tools/call') {
    const result = tools[params.name]?.(params.arguments)
    if (result?.error !== undefined) say({ id, error: result.error })
    else if (result !== undefined) say({ id, result })
  } else if (method === 'resources/subscribe' || method === 'resources/unsubscribe') {
    say({ id, result: {} })
    if (method === 'resources/subscribe') say({ method: 'notifications/resources/updated', params })
  } else if (method === 'ping') say({ id, result: {} })
  else if (id !== undefined) say({ id, error: { code: -32601, message: 'Method not found' } })
})

if (mode === 'family') {
  const child = `setInterval(() => {}, 1_000); process.on('SIGTERM', () => {})`
  const grand = spawn(process.execPath, ['-e', child], { stdio: 'ignore' })
  const fled = spawn(process.execPath, ['-e', child], { stdio: 'ignore', detached: true })
  note(`child ${grand.pid}`)
  note(`child ${fled.pid}`)
}
