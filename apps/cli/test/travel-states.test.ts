import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { readState } from '@keepup/checkpoint'
import { agentFold } from '@keepup/loop'
import { expect, onTestFinished, test, vi } from 'vitest'

import { openStore } from '../src/store.ts'
import { startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

const storeOf = (home: string): string => join(home, 'threads.db')

async function go(home: string, ...words: readonly string[]) {
  return runInProcess([...words, '--store', storeOf(home)], { home })
}

/** A process that runs thread `apple`, and waits in a command until the file `go` is there. */
async function running(home: string) {
  const server = await startFakeServer((_, index) =>
    index === 0
      ? { calls: [{ name: 'shell', input: { command: 'until [ -e go ]; do sleep 0.05; done' } }] }
      : { text: `Answer ${index}.` },
  )
  onTestFinished(() => server[Symbol.asyncDispose]())
  const flags = ['--mode', 'yolo', '--snapshots', 'off', '--model', server.model, '--store', storeOf(home)]
  const started = startKeepup(['run', 'first', '--thread', 'apple', ...flags], { home })
  await expect
    .poll(async () => (await go(home, 'history', 'apple', '--json')).stdout, { timeout: 20_000 })
    .toContain('tool-started')
  return { ...started, flags }
}

test('a live thread is asked to go back and to set a tag, and does', async () => {
  const home = temporaryFolder()
  const { ended } = await running(home)
  expect((await go(home, 'tag', 'apple', 'begin', '--at', '1')).stdout).toContain(
    'was asked to set tag begin',
  )
  // What is not urgent waits for the end of the turn.
  expect((await go(home, 'rewind', 'apple', '--to', 'message:1')).stdout).toContain(
    'was asked to go back to 0',
  )
  writeFileSync(join(home, 'go'), '')
  await ended
  expect((await go(home, 'history', 'apple')).stdout).toContain('rewound to 0')
  expect((await go(home, 'tag', 'apple')).stdout).toContain('begin')
  expect((await go(home, 'show', 'apple')).stdout).not.toContain('first')
  expect((await go(home, 'show', 'apple', '--all')).stdout).toMatch(/hidden by the rewind[^]*first/)
  expect((await go(home, 'replay', 'apple')).stdout).toContain('byte-identical')
})

test('a killed thread is tagged, forked in the middle of a call, rewound, and goes on; all of it can be replayed', async () => {
  const home = temporaryFolder()
  const { child, ended, flags } = await running(home)
  child.kill('SIGKILL')
  await ended
  writeFileSync(join(home, 'go'), '')
  expect((await go(home, 'tag', 'apple', 'dead')).stdout).toContain('as dead')
  expect((await go(home, 'fork', 'apple', '--as', 'pear', '--message', 'never mind')).code).toBe(0)
  const edited = await go(home, 'fork', 'apple', '--edit')
  expect(edited).toMatchObject({ code: 2, stderr: expect.stringContaining('not finished there') })
  expect((await runInProcess(['resume', 'pear', ...flags], { home })).code).toBe(0)
  expect((await go(home, 'show', 'pear')).stdout).toMatch(/may have happened[^]*never mind/)
  expect((await go(home, 'rewind', 'apple', '--to', 'message:1')).stdout).toContain('rewound')
  expect((await runInProcess(['run', 'second', '--thread', 'apple', ...flags], { home })).code).toBe(0)
  const states = ['apple', 'pear'].map(async (thread) => (await go(home, 'replay', thread)).stdout)
  for (const stdout of await Promise.all(states)) expect(stdout).toContain('byte-identical')
  const until = await go(home, 'replay', 'apple', '--until', '3', '--step')
  expect(until.stdout.trimEnd().split('\n')).toHaveLength(5)
})

test('what was erased and pruned is told as such, and the rest can be travelled', async () => {
  const home = temporaryFolder()
  writeFileSync(
    join(home, 'script.json'),
    JSON.stringify({ steps: [{ text: 'Done.' }, { text: 'More.', repeat: true }] }),
  )
  const flags = ['--model', 'scripted:script.json', '--snapshots', 'off', '--store', storeOf(home)]
  await runInProcess(['run', 'one', '--thread', 'apple', ...flags], { home })
  await runInProcess(['run', 'two', '--thread', 'apple', ...flags], { home })
  expect((await go(home, 'fork', 'apple', '--as', 'pear')).code).toBe(0)
  {
    await using store = await openStore({ path: storeOf(home) })
    await store.checkpointer.erase({ thread: 'apple', entries: [1], forks: 'cascade' })
  }
  expect((await go(home, 'history', 'apple')).stdout).toContain('user-message (erased)')
  expect((await go(home, 'replay', 'apple')).stderr).toContain('was erased')
  expect((await go(home, 'test', 'record', 'apple', join(home, 't.jsonl'))).stderr).toContain('was erased')
  expect((await go(home, 'show', 'apple', '--at', 'message:2')).code).toBe(0)

  await runInProcess(['run', 'one', '--thread', 'plum', ...flags], { home })
  const head = (await go(home, 'history', 'plum', '--json')).events.length
  await runInProcess(['run', 'two', '--thread', 'plum', ...flags], { home })
  {
    await using store = await openStore({ path: storeOf(home) })
    const { checkpointer } = store
    const owner = { host: 'h', boot: 'b', process: 1, started: '1', instance: 'x' }
    await using lease = await checkpointer.lease('plum', owner, 10_000)
    const { state } = await readState(checkpointer, 'plum', agentFold, head)
    const fold = { id: agentFold.id, version: agentFold.version }
    const pruned = {
      thread: 'plum',
      lease: lease.token,
      through: head,
      fold,
      state: agentFold.save?.(state),
      time: 1,
    }
    await checkpointer.prune(pruned)
  }
  expect((await go(home, 'show', 'plum', '--at', '1')).stderr).toContain('pruned away')
  for (const words of [
    ['show', 'plum', '--at', '-1'],
    ['history', 'plum'],
    ['replay', 'plum'],
    ['compare', 'plum'],
    ['diff', 'plum@-3', 'plum'],
    ['fork', 'plum', '--at', '-1'],
    ['bisect', 'plum', '--', 'test "$KEEPUP_POSITION" -lt 10'],
  ])
    expect({
      words,
      ...(await runInProcess([...words.slice(0, 2), '--store', storeOf(home), ...words.slice(2)], { home })),
    }).toMatchObject({ code: 0 })
})
