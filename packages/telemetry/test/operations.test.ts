import type { Entry, NewEntry } from '@keepup/core'
import { expect, test } from 'vitest'

import { createTrace, spansOf, type TraceSpan } from '../src/index.ts'

type Draft = readonly [type: string, data: object, more?: Partial<NewEntry>]

/** A thread as some package would write it, a second between two entries. */
function logOf(thread: string, drafts: readonly Draft[]): readonly Entry[] {
  return drafts.map(([type, data, more], index) => ({
    thread,
    sequence: index + 1,
    type,
    version: 1,
    critical: false,
    time: index * 1000,
    by: 'runtime',
    data,
    salt: '',
    hash: '',
    ...more,
  }))
}

const shape = (spans: readonly TraceSpan[]) =>
  spans.map(({ name, start, end, error }) => [name, start, end, ...(error === undefined ? [] : [error])])

const settings = { models: [{ id: 'scripted/m' }] }
const run: readonly Draft[] = [
  ['run-started', { run: 'c', settings }],
  ['run-finished', { run: 'c', outcome: { type: 'completed' }, text: '', turns: 0 }],
]

test('a graph is a workflow with a span for each node, and its agents stand below it', () => {
  const trace = createTrace()
  const graph = logOf('g', [
    ['graph-started', { graph: 'release', run: 'r', next: ['a', 'b'] }],
    ['node-finished', {}, { scope: 'a' }],
    ['node-failed', { failure: { kind: 'thrown', message: 'secret' }, next: ['c'] }, { scope: 'b' }],
    ['graph-entered', { tasks: ['d'] }, { scope: 'c' }],
    ['node-finished', { next: [] }, { scope: 'c/d' }],
    ['graph-waiting', { run: 'r', waits: ['w'] }],
    ['graph-resumed', { run: 'r' }],
    ['graph-finished', { run: 'r', outcome: { type: 'completed' } }],
  ])
  const agent = logOf('g/b/0123', run)
  const told = [...graph.slice(0, 3), ...agent, ...graph.slice(3)].flatMap((entry) => trace.observe(entry))
  const workflow = told.at(-1)
  expect(shape(told)).toEqual([
    ['node a', 0, 1000],
    ['node b', 0, 2000, 'thrown'],
    ['invoke_agent keepup', 0, 1000],
    ['node c/d', 3000, 4000],
    ['invoke_workflow release', 0, 7000],
  ])
  expect(workflow?.attributes).toMatchObject({
    'gen_ai.operation.name': 'invoke_workflow',
    'gen_ai.workflow.name': 'release',
    'keepup.outcome': 'completed',
    'gen_ai.conversation.id': 'g',
  })
  expect(workflow?.moments.map(({ name }) => name)).toEqual(['keepup.waiting'])
  for (const { parent } of told.slice(0, -1)) {
    expect(parent).toEqual({ traceId: workflow?.traceId, spanId: workflow?.spanId })
  }
  expect(JSON.stringify(told)).not.toContain('secret')
  expect(spansOf(graph)).toEqual(told.filter(({ name }) => name !== 'invoke_agent keepup'))
})

test('a procedure is a workflow with a span for each phase, whose gates are moments; one that halts has failed', () => {
  const told = spansOf(
    logOf('p', [
      ['sop-started', { run: 'r', sop: { id: 'careful' } }],
      ['phase-entered', { phase: 'plan', visit: 1 }],
      ['gate-finished', { key: 'k', evidence: { gate: 'plan/ok', outcome: 'passed', reason: 'secret' } }],
      ['transition-taken', { event: { type: 'passed' }, from: 'plan', to: 'work' }],
      ['phase-entered', { phase: 'work', visit: 1 }],
      ['sop-halted', { run: 'r', reason: 'secret', code: 'interrupted' }],
    ]),
  )
  expect(shape(told)).toEqual([
    ['phase plan', 1000, 3000],
    ['phase work', 4000, 5000],
    ['invoke_workflow careful', 0, 5000, 'halted'],
  ])
  expect(told.at(-1)?.moments).toMatchObject([
    { name: 'keepup.gate', attributes: { 'keepup.gate': 'plan/ok' } },
  ])
  expect(JSON.stringify(told)).not.toContain('secret')
})

test('memories and mailboxes are told: what was read, what changed, and how long each message took', () => {
  expect(
    spansOf(
      logOf('memory:project=x', [
        ['memory-changed', { why: 'secret', changes: [{ type: 'add', item: { text: 'secret' } }] }],
        ['memory-consolidated', { why: 'w', changes: [], through: 1, looked: 1 }],
      ]),
    ).map(({ name, attributes }) => [
      name,
      attributes['gen_ai.memory.store.id'],
      attributes['gen_ai.memory.record.count'],
    ]),
  ).toEqual([
    ['upsert_memory', 'memory:project=x', 1],
    ['update_memory', 'memory:project=x', 0],
  ])
  const [started, ended] = run
  const read: Draft = ['memory-read', { scope: 'memory:user=me', at: 3 }]
  const [search, agent] = spansOf(logOf('a', [started ?? read, read, ended ?? read]))
  expect(search).toMatchObject({ name: 'search_memory', parent: { spanId: agent?.spanId } })
  const mail = spansOf(
    logOf('mail:helper', [
      ['mail/received', { id: 'm', body: 'secret', sent: 0 }],
      ['mail/settled', { messages: [{ id: 'm', outcome: 'dead', attempts: 5, error: 'secret' }] }],
    ]),
  )
  expect(shape(mail)).toEqual([['process helper', 0, 1000, 'dead']])
  expect(JSON.stringify(mail)).not.toContain('secret')
})

test('a call of a server of MCP, and a look into a memory, say so on the span of the call', () => {
  const label = {
    integrity: 'free-text',
    sources: ['mcp:github/issue_read'],
    readers: 'anyone',
    confidential: false,
  }
  const outcome = {
    type: 'completed',
    output: { content: [], structured: { memoryRead: { scope: 'memory:user=me', at: 1 } } },
  }
  const finished = (sources: readonly string[]): Draft => [
    'tool-finished',
    { call: 'c', key: 'k', tool: 'issue_read', outcome },
    { labels: { default: { ...label, sources } } as NonNullable<NewEntry['labels']> },
  ]
  const [started, ended] = run
  const told = (sources: readonly string[]) =>
    spansOf(logOf('a', [started ?? ['', {}], finished(sources), ended ?? ['', {}]])).find(({ name }) =>
      name.startsWith('execute'),
    )?.attributes
  expect(told(label.sources)).toMatchObject({
    'mcp.method.name': 'tools/call',
    'keepup.mcp.server': 'github',
    'gen_ai.memory.store.id': 'memory:user=me',
  })
  expect(told(['tool:read'])).not.toHaveProperty('mcp.method.name')
  expect(told(['mcp:a/x', 'mcp:b/y'])).not.toHaveProperty('mcp.method.name')
})

test('agents of one tree that several processes tell of are in one trace', () => {
  const child = (name: string, root: string) =>
    spansOf(
      logOf(name, [
        ['agent-delegated', { agent: name, parent: 'x', root, role: 'reader', key: 'k' }],
        ...run,
      ]),
    ).at(-1)
  const [one, other, stranger] = [child('a/1', 'top'), child('b/2', 'top'), child('c/3', 'else')]
  expect(one?.traceId).toBe(other?.traceId)
  expect(stranger?.traceId).not.toBe(one?.traceId)
  expect(one?.attributes).toMatchObject({ 'keepup.root.id': 'top', 'gen_ai.agent.name': 'reader' })
})

test.each([null, 7, 'x', [], {}, { messages: [null] }, { outcome: 7, evidence: null, sop: 5, next: {} }])(
  'an entry whose data is %j breaks nothing',
  (data) => {
    const types = [
      'graph-started',
      'node-failed',
      'graph-finished',
      'sop-started',
      'gate-finished',
      'sop-finished',
      'memory-read',
      'memory-changed',
      'mail/received',
      'mail/settled',
    ]
    expect(() =>
      spansOf(
        logOf(
          't',
          types.map((type): Draft => [type, Object(data)]),
        ),
      ),
    ).not.toThrow()
  },
)
