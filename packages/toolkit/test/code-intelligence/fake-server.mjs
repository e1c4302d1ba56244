// A language server that finds an error in every line that says "wrong", and misbehaves as its first argument says.
import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'

const [mode, place] = process.argv.slice(2)
if (place !== undefined) appendFileSync(place, `${process.pid}\n`)
const send = (message) => {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message })
  process.stdout.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
}

if (mode === 'crash') {
  console.error('the fake server has no licence')
  process.exit(3)
}
if (mode === 'banner') process.stdout.write('Welcome to the fake server 1.0, have fun\n')
if (mode === 'garbage')
  setInterval(() => process.stdout.write(Buffer.alloc(65_536, 'Content-Lengthy: \u0000')), 1)
if (mode === 'endless') process.stdout.write(`Content-Length: 99999999999\r\n\r\n`)
if (mode === 'endless') setInterval(() => process.stdout.write(Buffer.alloc(1_048_576, 'x')), 1)
if (mode === 'deaf') {
  for (;;);
}
if (mode === 'fleeing') {
  spawn('setsid', ['sleep', '600'], { stdio: 'ignore' })
  spawn('sleep', ['600'], { stdio: 'ignore', env: {} })
  process.stdin.on('end', () => {})
  setInterval(() => {}, 1_000)
}

const documents = new Map()
const findings = (text) =>
  text.split('\n').flatMap((line, index) => {
    const at = line.indexOf('wrong')
    const range = { start: { line: index, character: at }, end: { line: index, character: at + 5 } }
    return at < 0 ? [] : [{ range, severity: 1, message: 'this is wrong', code: 'W1' }]
  })

const answers = {
  initialize: () => ({
    capabilities: { diagnosticProvider: mode !== 'push' && {}, definitionProvider: true },
  }),
  shutdown: () => null,
  'textDocument/diagnostic': ({ textDocument }) => {
    if (mode === 'dies') process.exit(9)
    return { kind: 'full', items: findings(documents.get(textDocument.uri) ?? '') }
  },
  'textDocument/definition': () =>
    mode === 'nonsense' ? [7, null, { uri: 3 }, { uri: 'file:///x', range: { start: 1 } }] : null,
}

const notifications = {
  'textDocument/didOpen': ({ textDocument }) => documents.set(textDocument.uri, textDocument.text),
  'textDocument/didChange': ({ textDocument, contentChanges }) =>
    documents.set(textDocument.uri, contentChanges[0].text),
  exit: () => process.exit(0),
}

const receive = ({ id, method, params }) => {
  notifications[method]?.(params)
  if (mode === 'mute' && method !== 'initialize') return
  if (mode === 'slow' && method === 'initialize') {
    setTimeout(() => send({ id, result: answers.initialize() }), Number(process.argv[4] ?? 10_000))
    return
  }
  if (mode === 'flood' && method === 'initialized') {
    const text = JSON.stringify({ jsonrpc: '2.0', method: 'window/logMessage', params: { message: 'hello' } })
    const many = `Content-Length: ${text.length}\r\n\r\n${text}`.repeat(5_000)
    setInterval(() => {
      process.stdout.write(many)
    }, 1)
  }
  if (id === undefined || answers[method] === undefined) return
  send({ id, result: answers[method](params) })
}

let buffer = Buffer.alloc(0)
process.stdin.on('data', (chunk) => {
  buffer = Buffer.concat([buffer, chunk])
  for (;;) {
    const head = buffer.indexOf('\r\n\r\n')
    if (head < 0) return
    const length = Number(/content-length: (\d+)/i.exec(buffer.toString('latin1', 0, head))?.[1])
    if (buffer.length < head + 4 + length) return
    const text = buffer.toString('utf8', head + 4, head + 4 + length)
    buffer = buffer.subarray(head + 4 + length)
    receive(JSON.parse(text))
  }
})
