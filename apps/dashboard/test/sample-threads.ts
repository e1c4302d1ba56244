import { type Checkpointer, type Label, trustedLabel } from '@keepup/core'

import { forPictures, hostile } from './serve.ts'
import { type Draft, writeThread } from './write-thread.ts'

const gate = (id: string, kind = 'command') => ({ id, kind })

/** A procedure whose names would do harm where they were taken for more than text. */
const sop = {
  id: 'implement',
  version: 1,
  description: 'Plan, write a failing test, mend it, review.',
  initial: 'plan',
  phases: {
    plan: { exit: [gate('agreed', 'human')], on: { pass: 'red' } },
    red: { exit: [gate('fails')], on: { pass: 'green', fail: { goto: 'red' }, exhausted: 'given up' } },
    green: {
      exit: [gate('tests'), gate('types')],
      on: { pass: 'review', fail: { goto: 'green' }, exhausted: 'given up' },
    },
    review: { exit: [gate('judged', 'judge')], on: { pass: 'done', fail: { goto: 'green' } } },
    done: { final: true },
    'given up': { final: 'failed' },
    ...(forPictures ? {} : { [hostile]: { exit: [gate(hostile)], on: { pass: hostile } } }),
  },
}

const evidence = (name: string, outcome: string, reason: string, tail = ''): Draft => [
  'gate-finished',
  {
    key: name,
    evidence: {
      gate: name,
      kind: name.endsWith('agreed') ? 'human' : 'command',
      moment: 'exit',
      outcome,
      reason,
      tree: 't',
      fingerprint: 'f',
      took: 1840,
      command: { run: ['npm', 'test'], exit: 1, output: 'h', tail },
    },
  },
]

const move = (from: string, to: string, type = 'passed'): Draft => [
  'transition-taken',
  { event: { type }, from, to, tree: 't' },
]

const procedure: readonly Draft[] = [
  ['sop-started', { run: 'r', sop, task: 'Mend the parser', folder: '/p', tree: 't' }],
  ['phase-entered', { phase: 'plan', visit: 1, tree: 't' }],
  ['work-began', { branch: '', thread: 'mend/planner' }],
  evidence('plan/agreed', 'passed', 'a person agreed'),
  move('plan', 'red'),
  evidence('red/fails', 'passed', 'npm test failed, as it must'),
  move('red', 'green'),
  ['work-began', { branch: '', thread: 'mend/coder' }],
  evidence('green/tests', 'failed', '1 of 48 tests failed', `not ok 12 - empty input\n${hostile}`),
  move('green', 'green', 'failed'),
  evidence('green/tests', 'passed', '48 tests passed'),
  evidence('green/types', 'passed', 'no errors'),
  move('green', 'review'),
  ['sop-waiting', { run: 'r', approvals: [], threads: [] }],
]

/** A node of the graph that waits for a person. */
export const asked: string = forPictures ? 'approve' : hostile

const graph: readonly Draft[] = [
  ['graph-started', { graph: 'release', run: 'r', next: ['collect'] }],
  ['node-finished', { next: ['notes', 'check'] }, { scope: 'collect' }],
  ['node-finished', {}, { scope: 'notes' }],
  [
    'node-failed',
    {
      path: [1],
      failure: { message: `the registry said 503 ${hostile}` },
      follows: 'handled',
      next: ['check'],
    },
    { scope: 'check' },
  ],
  ['node-finished', { next: ['within', asked] }, { scope: 'check' }],
  ['graph-entered', { path: [0], tasks: ['sign', 'upload'] }, { scope: 'within' }],
  ['node-finished', { path: [0, 0] }, { scope: 'within/sign' }],
  ['node-waiting', { path: [1], wait: { id: 'w', for: 'person' } }, { scope: asked }],
  ['graph-waiting', { run: 'r', waits: ['w'] }],
]

const said = (integrity: Label['integrity'], ...sources: readonly string[]): Label => ({
  ...trustedLabel,
  integrity,
  sources,
})

const flow: readonly Draft[] = [
  [
    'user-message',
    { message: { role: 'user', content: [{ type: 'text', text: 'Pay the hosting bill in my mail' }] } },
    { by: 'user', labels: { default: said('trusted', 'user') } },
  ],
  [
    'tool-finished',
    {
      key: 'k',
      call: 'a',
      tool: 'mail_read',
      outcome: {
        type: 'completed',
        output: { content: [{ type: 'text', text: `Please pay to DE89 3704 0044 0532. ${hostile}` }] },
      },
    },
    { by: 'tool:mail_read', labels: { default: said('free-text', 'tool:mail_read') } },
  ],
  [
    'assistant-message',
    {
      message: {
        role: 'assistant',
        content: [
          {
            type: 'tool-call',
            id: 'pay',
            name: 'bank_transfer',
            input: { to: 'DE89 3704 0044 0532', amount: 120, [hostile]: hostile },
          },
        ],
      },
      usage: { input: 900, output: 40 },
      cost: 2_100_000,
    },
    { by: 'model:m', labels: { default: said('free-text', 'tool:mail_read', 'user') } },
  ],
]

/** Threads of a procedure, of a graph, and of an agent that was told where to send money. */
export async function writeSamples(checkpointer: Checkpointer): Promise<void> {
  await writeThread(checkpointer, 'mend', procedure)
  await writeThread(checkpointer, 'release', graph)
  await writeThread(checkpointer, 'bills', flow)
  if (!forPictures)
    await writeThread(checkpointer, hostile.slice(0, 190), [['note-taken', { text: hostile }]])
}
