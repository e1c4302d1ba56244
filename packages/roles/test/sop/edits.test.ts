import { expect, test, vi } from 'vitest'

import type { Sop } from '../../src/sop/index.ts'
import { entriesOf, looks, scene, walked } from './scene.ts'

// Snapshots and commands are processes, which take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

/** A linter of a line of `sh`: every line of *.txt with `bad` in it is a finding, as tsc would print it. */
const lint =
  "grep -n bad *.txt /dev/null | sed -E 's/^([^:]*):([0-9]+):(.*)$/\\1(\\2,1): error TS1: \\3/'; true"
const careful: Sop = {
  id: 'careful',
  version: 1,
  initial: 'change',
  phases: {
    change: {
      onEdit: {
        gates: [
          { kind: 'command', id: 'lint', run: ['sh', 'lint.sh'], parser: 'tsc', baseline: 'no-new-findings' },
        ],
      },
      on: { pass: 'done' },
    },
    done: { final: true },
  },
}

function write(path: string, content: string) {
  return { calls: [{ name: 'write', input: { path, content } }] }
}

test('an edit that brings a new finding is undone at once, and the agent is told; old findings may stay and move', async () => {
  const life = await scene({
    sop: careful,
    files: { 'lint.sh': lint, 'a.txt': 'bad from before\n' },
    steps: [
      write('b.txt', 'good\nbad and new\n'),
      {
        ...write('a.txt', 'one more line\nbad from before\n'),
        when: { lastToolResult: /edit was undone[^]*b\.txt:2 TS1/ },
      },
      { text: 'Done.' },
    ],
  })
  const events = await life.start()
  expect(life.read('b.txt')).toBeUndefined()
  expect(life.read('a.txt')).toBe('one more line\nbad from before\n')
  expect(looks(events)).toEqual(
    ['change/lint passed', 'change/lint failed', 'change/lint passed'].with(0, 'change/lint failed'),
  )
  expect(entriesOf(events, 'files-restored')).toMatchObject([{ data: { reason: 'edit' } }])
  expect(entriesOf(events, 'edit-kept')).toHaveLength(1)
  expect(walked(events)).toEqual(['change passed done'])
})

test('a second finding of the same kind is new; a whole edit over several files goes', async () => {
  const life = await scene({
    sop: careful,
    files: { 'lint.sh': lint, 'a.txt': 'bad\n' },
    steps: [
      { calls: [{ name: 'shell', input: { command: 'echo bad >> a.txt; echo fine > c.txt; rm lint.sh' } }] },
      { calls: [{ name: 'shell', input: { command: 'echo bad >> a.txt; echo fine > c.txt' } }] },
      { text: 'Done.' },
    ],
  })
  const events = await life.start()
  // Without its linter nothing can be told, so nothing may stay.
  expect(entriesOf(events, 'files-restored')).toHaveLength(2)
  expect([life.read('a.txt'), life.read('c.txt'), life.read('lint.sh')]).toEqual(['bad\n', undefined, lint])
})

test('what a failed attempt left behind does not become what was there before', async () => {
  const sop: Sop = {
    ...careful,
    phases: {
      change: {
        exit: [
          { kind: 'command', id: 'lint', run: ['sh', 'lint.sh'], parser: 'tsc', baseline: 'no-new-findings' },
        ],
        on: { pass: 'done' },
        retries: { max: 1 },
      },
      done: { final: true },
    },
  }
  const life = await scene({
    sop,
    files: { 'lint.sh': lint, 'a.txt': 'good\n' },
    steps: [write('a.txt', 'bad\n'), { text: 'Done.', repeat: true }],
  })
  expect(walked(await life.start())).toEqual(['change failed change', 'change failed change'])
})

test('a failure brings back the files of the phase, or of an earlier one, where it says so', async () => {
  const sop: Sop = {
    id: 'back',
    version: 1,
    initial: 'first',
    phases: {
      first: { on: { pass: 'second' } },
      second: {
        exit: [{ kind: 'command', id: 'never', run: ['false'] }],
        on: { pass: 'done', fail: { goto: 'second', rollback: { to: 'first' } }, exhausted: 'lost' },
        retries: { max: 1 },
      },
      done: { final: true },
      lost: { final: 'failed' },
    },
  }
  const life = await scene({
    sop,
    files: { 'a.txt': '0' },
    steps: [
      write('a.txt', '1'),
      { text: 'One.' },
      write('a.txt', '2'),
      { text: 'Two.' },
      write('b.txt', '3'),
      { text: 'Three.' },
    ],
  })
  const events = await life.start()
  expect(entriesOf(events, 'files-restored')).toHaveLength(1)
  expect([life.read('a.txt'), life.read('b.txt')]).toEqual(['0', '3'])
  // Nothing is lost: what was there before it is a snapshot.
  await life.workspace.restore(entriesOf(events, 'files-restored')[0]?.data.undo ?? '')
  expect(life.read('a.txt')).toBe('2')
})
