import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, onTestFinished, test, vi } from 'vitest'

import type { StopSignal } from '../src/host.ts'
import { runInProcess } from './run-in-process.ts'
import { served, statusOf } from './served.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

/** A home with a store of its own, the commands there, and workers. */
function scene(steps: readonly object[] = [{ text: 'I am done.', repeat: true }]) {
  const home = temporaryFolder()
  writeFileSync(join(home, 'script.json'), JSON.stringify({ steps }))
  const world = { home, variables: { KEEPUP_STORE: join(home, 'store.db') } }
  const keepup = (...words: readonly string[]) => runInProcess(words, world)
  return {
    home,
    keepup,
    record: async (...words: readonly string[]) => JSON.parse((await keepup(...words, '--json')).stdout),
    /** Starts a worker; what it gives ends it. */
    work: (...words: readonly string[]) => {
      let stop: ((signal: StopSignal) => void) | undefined
      const model = ['--model', `scripted:${join(home, 'script.json')}`]
      const ended = runInProcess(['worker', ...model, ...words], {
        ...world,
        onStop: (listener) => (stop = listener),
      })
      const end = async () => {
        const listening = await vi.waitUntil(() => stop)
        listening('SIGTERM')
        return ended
      }
      onTestFinished(() => void end())
      return end
    },
  }
}

test('what is submitted is run by a worker, watched, and ends with it', async () => {
  const { keepup, record, work } = scene()
  const submitted = await keepup('submit', '--tenant', 'acme', 'Say', 'it')
  const thread = submitted.stdout.trim()
  expect(submitted.stderr).toContain('no worker lives yet')
  expect(await record('cluster', 'status')).toMatchObject({ waiting: 1, claims: [], workers: [] })
  const end = work('--json')
  const watched = await keepup('watch', thread)
  expect(watched.code).toBe(0)
  expect(watched.stdout).toMatch(/user: Say it[^]*run completed[^]*\nI am done\.\n$/)
  const { code, events } = await end()
  expect(code).toBe(143)
  expect(events).toEqual([
    expect.objectContaining({ type: 'working' }),
    expect.objectContaining({ type: 'claimed', thread, tenant: 'acme' }),
    expect.objectContaining({ type: 'settled', thread, run: 'finished' }),
  ])
  expect((await keepup('replay', thread)).code).toBe(0)
  expect(await record('cluster', 'status')).toMatchObject({ waiting: 0, workers: [] })
})

test('an answer that is given elsewhere lets the thread go on, and watch says that it waited', async () => {
  const { keepup, record, work } = scene([
    { calls: [{ name: 'shell', input: { command: 'echo hello > greeting' } }] },
    { text: 'Done.', repeat: true },
  ])
  const { thread } = await record('submit', '--id', 'one', 'Greet')
  expect(await record('submit', '--thread', thread, '--id', 'one', 'Greet')).toEqual({
    thread,
    receipt: 'duplicate',
  })
  work()
  expect((await keepup('watch', thread)).code).toBe(3)
  await keepup('signal', thread, 'answer', 'deny', 'not now')
  const again = await keepup('watch', thread)
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('not now') })
})

test('a drained queue gives nothing, until that is undone', async () => {
  const { keepup, record, work } = scene()
  const { thread } = await record('submit', 'Say it')
  expect(await record('cluster', 'drain', '--wait')).toEqual({ paused: true, running: 0, waiting: 1 })
  const end = work('--json')
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect((await keepup('cluster', 'status')).stdout).toContain('draining')
  expect(await record('cluster', 'drain', '--undo')).toMatchObject({ paused: false })
  expect((await keepup('watch', thread)).code).toBe(0)
  await end()
})

test('a server hands runs to workers, and answers before there is one', async () => {
  const { home, record, work } = scene()
  const { ask, stop } = await served(['--workers'], { KEEPUP_STORE: join(home, 'store.db') }, home)
  for (const input of ['Say it', 'Say more']) {
    expect((await ask('/threads/t/runs', { input })).status).toBe(input === 'Say it' ? 202 : 409)
  }
  expect(await record('cluster', 'status')).toMatchObject({ waiting: 1 })
  const end = work()
  await vi.waitUntil(async () => (await statusOf(ask, 't')) === 'finished', 20_000)
  await vi.waitUntil(async () => (await ask('/threads/t/runs', { input: 'Say more' })).status === 202)
  await stop()
  await end()
})

test('nobody is told that a thread runs which nobody can run', async () => {
  const { home, keepup, work } = scene()
  const elsewhere = join(home, 'elsewhere')
  mkdirSync(elsewhere)
  const script = `scripted:${join(home, 'script.json')}`
  await keepup('run', '--model', script, '--cwd', elsewhere, '--thread', 't', 'Say it')
  await keepup('submit', '--thread', 't', 'Say more')
  const end = work()
  await vi.waitUntil(async () => (await keepup('cluster', 'status')).stdout.includes('1 wait for later'))
  expect((await end()).stderr).toContain(`t works in ${elsewhere}`)
})

test.each([
  [['submit', '--tenant', 'no spaces', 'Say it'], 'A tenant is named by'],
  [['submit', '--priority', '1000', 'Say it'], 'from -100 to 100'],
  [['cluster', 'retry'], 'which threads are meant'],
  [['cluster', 'retry', 'nobody'], 'nobody was not given up'],
  [['watch', 'nobody'], 'there is no thread "nobody"'],
  [['worker', '--concurrency', '0'], 'a whole number above 0'],
])('%j is refused with what to do', async (words, told) => {
  const { keepup } = scene()
  await keepup('submit', 'Say it')
  const { code, stderr } = await keepup(...words)
  expect(code).not.toBe(0)
  expect(stderr).toContain(told)
})
