// `keepup acp` as the tests need it: a few lines of the protocol, without a model. Words decide what it does.
import { createInterface } from 'node:readline'

const send = (frame) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...frame })}\n`)
const update = (sessionId, fields) =>
  send({ method: 'session/update', params: { sessionId, update: fields } })
const said = (text) => ({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } })
const options = [
  { optionId: 'allow', name: 'Allow', kind: 'allow_once' },
  { optionId: 'always', name: 'Always allow exactly this', kind: 'allow_always' },
  { optionId: 'reject', name: 'Reject', kind: 'reject_once' },
]
const configOptions = [
  { id: 'mode', name: 'Mode', type: 'select', currentValue: 'ask', options: [{ value: 'ask', name: 'Ask' }] },
  {
    id: 'model',
    name: 'Model',
    type: 'select',
    currentValue: 'one',
    options: [{ value: 'one', name: 'One' }],
  },
]
const waiting = new Map()
let cancelled = () => {}
let sessions = 0

if (process.argv.includes('--broken')) {
  process.stderr.write('there is no key\n')
  process.exit(3)
}
if (process.argv[2] === 'rewind') {
  process.stderr.write(`rewound ${process.argv.slice(3).join(' ')}\n`)
  process.exit(process.argv.includes('message:9') ? 1 : 0)
}

const change = (path) => ({ type: 'diff', path, oldText: 'alpha', newText: 'ALPHA' })

async function prompt(id, { sessionId, prompt: [{ text }] }) {
  if (text === 'die') process.exit(7)
  if (text === 'slow') {
    await new Promise((resolve) => (cancelled = resolve))
    return send({ id, result: { stopReason: 'cancelled' } })
  }
  if (text === 'ask') {
    const call = { toolCallId: 'c1', title: 'edit a.txt', kind: 'edit' }
    update(sessionId, {
      sessionUpdate: 'tool_call',
      ...call,
      status: 'pending',
      content: [change('/p/a.txt')],
    })
    const content = [change('/p/a.txt'), { type: 'content', content: { type: 'text', text: 'because' } }]
    send({
      id: 'q1',
      method: 'session/request_permission',
      params: { sessionId, toolCall: { ...call, content }, options },
    })
    const { outcome } = await new Promise((resolve) => waiting.set('q1', resolve))
    const status = outcome.optionId === 'allow' ? 'completed' : 'failed'
    update(sessionId, { sessionUpdate: 'tool_call_update', toolCallId: 'c1', status })
  }
  update(sessionId, {
    sessionUpdate: 'usage_update',
    used: 10,
    size: 100,
    cost: { amount: 0.5, currency: 'USD' },
  })
  for (const word of ['It is ', '**done**.']) update(sessionId, said(word))
  send({ id, result: { stopReason: 'end_turn' } })
}

const answers = {
  initialize: () => ({ protocolVersion: 1, agentCapabilities: { loadSession: true } }),
  'session/new': () => ({ sessionId: `s${(sessions += 1)}`, configOptions }),
  'session/fork': () => ({ sessionId: 'forked' }),
  'session/list': () => ({ sessions: [{ sessionId: 'old', cwd: process.cwd(), title: 'Of before' }] }),
  'session/load': ({ sessionId }) => {
    update(sessionId, { sessionUpdate: 'user_message_chunk', content: { type: 'text', text: 'before' } })
    return { configOptions }
  },
}

createInterface(process.stdin).on('line', (line) => {
  const { id, method, params, result } = JSON.parse(line)
  if (method === 'session/prompt') return void prompt(id, params)
  if (method === 'session/cancel') return cancelled()
  if (method === undefined) return waiting.get(id)?.(result)
  send({ id, result: answers[method](params) })
})
