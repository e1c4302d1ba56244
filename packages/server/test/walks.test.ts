import { memoryCheckpointer } from '@keepup/checkpoint'
import { expect, test } from 'vitest'

import type { GraphDesk } from '../src/index.ts'
import { asked } from './asked.ts'
import { serve } from './serve.ts'
import { type Draft, writeThread } from './write-thread.ts'

const sop = {
  id: 'careful',
  version: 1,
  initial: 'plan',
  phases: {
    plan: { exit: [{ id: 'agreed', kind: 'human' }], on: { pass: 'work', fail: { goto: 'plan' } } },
    work: {
      exit: [{ kind: 'all', of: [{ id: 'tests', kind: 'command', run: 'npm test' }] }],
      on: { pass: 'done', exhausted: 'given-up' },
    },
    done: { final: true },
    'given-up': { final: 'failed' },
  },
}

const evidence = (outcome: string) => ({
  gate: 'work/tests',
  kind: 'command',
  moment: 'exit',
  outcome,
  reason: outcome,
  took: 7,
  tree: 't',
  fingerprint: 'f',
  command: { run: ['npm'], exit: 1, output: 'h', tail: '1 failed' },
})

test('a procedure is told as it stands, with its evidence, now and as it was', async () => {
  const checkpointer = memoryCheckpointer()
  const served = await serve('no model', { checkpointer })
  await writeThread(checkpointer, 'p', [
    ['sop-started', { run: 'r', sop, task: 'Mend it', folder: '/x', tree: 't' }],
    ['phase-entered', { phase: 'plan', visit: 1, tree: 't' }],
    ['work-began', { branch: '', thread: 'p/plan' }],
    ['transition-taken', { event: { type: 'passed' }, from: 'plan', to: 'work', tree: 't' }],
    ['phase-entered', { phase: 'work', visit: 1, tree: 't' }],
    ['gate-finished', { key: 'k', evidence: evidence('failed') }],
    ['sop-waiting', { run: 'r', approvals: [], threads: [] }],
  ])
  const now = await asked(served, '/threads/p/procedure', '/threads/{thread}/procedure')
  expect(now).toMatchObject({
    procedure: 'careful',
    status: 'waiting',
    phase: 'work',
    evidence: [{ gate: 'work/tests', outcome: 'failed', entry: 6, tail: '1 failed' }],
    moves: [{ from: 'plan', to: 'work', event: 'passed' }],
    work: [{ thread: 'p/plan' }],
  })
  expect(Object(now).phases.map(({ name, end }: { name: string; end?: string }) => [name, end])).toEqual([
    ['plan', undefined],
    ['work', undefined],
    ['done', 'completed'],
    ['given-up', 'failed'],
  ])
  expect(Object(now).phases[1]).toMatchObject({
    exit: [{ id: 'tests', kind: 'command' }],
    ways: [
      { event: 'pass', to: 'done' },
      { event: 'fail', to: 'work' },
      { event: 'exhausted', to: 'given-up' },
    ],
  })
  const before = await asked(served, '/threads/p/procedure?at=3', '/threads/{thread}/procedure')
  expect(before).toMatchObject({ status: 'running', phase: 'plan', evidence: [] })
})

test('a graph is told as it ran: loops, branches at once, graphs within, what waits and what failed', async () => {
  const checkpointer = memoryCheckpointer()
  const nodes = [{ node: 'write', kind: 'agent' }]
  const graphs: GraphDesk = {
    find: async (name) => (name === 'release' ? { file: 'release.yaml', nodes, ways: [] } : undefined),
  }
  const served = await serve('no model', { checkpointer, graphs })
  await writeThread(checkpointer, 'g', [
    ['graph-started', { graph: 'release', run: 'r', next: ['write', { node: 'look', input: 1 }] }],
    ['node-finished', {}, { scope: 'write' }],
    ['node-finished', { path: [1], next: ['write', 'within'] }, { scope: 'look' }],
    ['graph-entered', { path: [1], tasks: ['a'] }, { scope: 'within' }],
    ['node-failed', { path: [1, 0], failure: { message: 'no' }, follows: 'retry' }, { scope: 'within/a' }],
    ['node-waiting', { path: [1, 0], wait: { id: 'w', for: 'person' } }, { scope: 'within/a' }],
    ['graph-waiting', { run: 'r', waits: ['w'] }],
  ])
  const { run, defined } = Object(await asked(served, '/threads/g/graph', '/threads/{thread}/graph'))
  expect(run).toMatchObject({ graph: 'release', status: 'waiting' })
  expect(defined).toEqual({ file: 'release.yaml', nodes: [{ node: 'write', kind: 'agent' }], ways: [] })
  expect(run.nodes).toEqual([
    { node: 'write', status: 'open', visits: 2, entry: 3 },
    { node: 'look', status: 'done', visits: 1, entry: 3 },
    { node: 'within', status: 'open', visits: 1, entry: 3 },
    { node: 'within/a', status: 'waiting', visits: 1, entry: 6, waits: 'person' },
  ])
  expect(run.moves).toContainEqual({ from: 'look', to: 'within', times: 1 })
  expect(run.moves).toContainEqual({ from: 'start', to: 'write', times: 1 })
  await writeThread(checkpointer, 'g', [
    ['node-finished', { path: [1, 0], next: [] }, { scope: 'within/a' }],
    ['node-finished', {}, { scope: 'write' }],
    ['node-finished', { path: [1], next: [] }, { scope: 'within' }],
    ['graph-finished', { run: 'r', outcome: { type: 'completed' } }],
  ])
  const { run: ended } = Object(await asked(served, '/threads/g/graph', '/threads/{thread}/graph'))
  expect(ended).toMatchObject({ status: 'completed' })
  expect(ended.moves).toContainEqual({ from: 'within/a', to: 'within/end', times: 1 })
  expect(ended.moves).toContainEqual({ from: 'within', to: 'end', times: 1 })
})

test.each(['procedure', 'graph'])(
  'a thread that is no %s, or holds nonsense for one, is told so',
  async (what) => {
    const checkpointer = memoryCheckpointer()
    const served = await serve('no model', { checkpointer })
    const [begin, ...others] =
      what === 'graph'
        ? ['graph-started', 'node-finished', 'graph-finished']
        : ['sop-started', 'gate-finished', 'transition-taken']
    await writeThread(checkpointer, 'a', [['note-taken', {}]])
    expect((await served.ask(`/api/threads/a/${what}`)).status).toBe(400)
    const nonsense = {
      graph: 7,
      next: [null, 5, { node: [] }],
      sop: { phases: { a: null, b: [] } },
      outcome: 'x',
    }
    await writeThread(
      checkpointer,
      'b',
      [begin ?? '', ...others].map((type): Draft => [type, nonsense]),
    )
    await asked(served, `/threads/b/${what}`, `/threads/{thread}/${what}`)
  },
)
