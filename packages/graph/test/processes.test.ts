import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { type Checkpointer, KeepupError } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { type Program, startProgram } from '@keepup/vitest/child-process'
import { expect, onTestFinished, test, vi } from 'vitest'

import { graphState, resumeGraph } from '../src/index.ts'
import { branches, parallelGraph } from './programs/parallel-graph.ts'
import { collect } from './scene.ts'

// Processes take long to start on a busy machine.
vi.setConfig({ testTimeout: 120_000 })
const kills = Number(process.env['KEEPUP_GRAPH_KILLS'] ?? 4)

/** A store in a folder of its own, and the programs on it. */
async function place() {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-graph-'))
  const path = join(folder, 'store.db')
  const effects = join(folder, 'effects')
  const database = await openSqlite(path)
  const checkpointer = sqliteCheckpointer(database)
  const started: Program[] = []
  onTestFinished(async () => {
    for (const { process: child } of started) child.kill('SIGKILL')
    await checkpointer[Symbol.asyncDispose]()
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    path,
    checkpointer,
    graph: parallelGraph(effects, 'here'),
    start: (life: string, ttl: number = 30_000, slower: number = 1) => {
      const program = startProgram(
        new URL('programs/run-parallel.ts', import.meta.url),
        path,
        effects,
        life,
        `${ttl}`,
        `${slower}`,
      )
      started.push(program)
      return program
    },
    effects: () => (existsSync(effects) ? readFileSync(effects, 'utf8').trim().split('\n') : []),
  }
}

/** The names of branches whose end is recorded in the present step. */
async function finishedIn(
  checkpointer: Checkpointer,
  graph: ReturnType<typeof parallelGraph>,
): Promise<readonly string[]> {
  const { tasks } = await graphState({ graph, checkpointer, thread: 't' })
  return tasks.flatMap(({ status, node, input }) =>
    status === 'finished' ? [node === 'pay' ? 'pay' : (input as { name: string }).name] : [],
  )
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(5)
}

/** Stops a process where it holds no lock of the file: a writer that stands still in the middle of a write keeps out everybody. */
async function standStill({ process: child }: Program, path: string): Promise<void> {
  const script = `new (require('node:sqlite').DatabaseSync)(${JSON.stringify(path)}).exec('BEGIN IMMEDIATE; ROLLBACK')`
  for (;;) {
    child.kill('SIGSTOP')
    if (spawnSync(process.execPath, ['--no-warnings', '-e', script]).status === 0) return
    child.kill('SIGCONT')
    await sleep(5)
  }
}

test('killed in a parallel step: finished branches are not run again, and what happens once happens once', async () => {
  const { checkpointer, graph, start, effects } = await place()
  const windows: number[] = []
  for (let life = 1; life <= kills; life += 1) {
    const before = await finishedIn(checkpointer, graph)
    const program = start(`${life}`)
    await until(() => effects().some((line) => line.endsWith(` ${life}`)) || program.lines.length > 0)
    // A window for each life: first nothing has ended, then more and more.
    await until(
      async () =>
        (await finishedIn(checkpointer, graph)).length > before.length || program.lines.includes('done'),
    )
    program.process.kill('SIGKILL')
    await program.ended
    windows.push((await finishedIn(checkpointer, graph)).length)
    const again = effects().filter((line) => before.some((name) => line === `${name} ${life}`))
    expect(again).toEqual([])
  }
  const last = start('last')
  await last.ended
  expect(last.lines.at(-1)).toBe('done')
  const { values, outcome } = await graphState({ graph, checkpointer, thread: 't' })
  expect(outcome).toEqual({ type: 'completed' })
  // In declared order, though the last ended first; the payment is known or known to be unknown.
  const names = branches.map(({ name }) => name)
  expect(values.log.filter((line) => line.startsWith('b'))).toEqual(names)
  expect(effects().filter((line) => line.startsWith('pay'))).toHaveLength(1)
  expect(values.log.slice(names.length)).toEqual(
    values.log.includes('paid') ? ['paid', 'gathered'] : ['unknown', 'gathered'],
  )
  // The kills struck within the step.
  expect(windows.some((count) => count > 0 && count < branches.length)).toBe(true)
})

test('two processes: the second is refused while the first lives, and takes over at once when it is dead', async () => {
  const { checkpointer, graph, start, effects } = await place()
  const first = start('first')
  await until(() => effects().length > 0)
  const refused = collect(resumeGraph({ graph, checkpointer, thread: 't' }))
  await expect(refused).rejects.toMatchObject({ code: 'lease-held' })
  first.process.kill('SIGKILL')
  await first.ended
  await collect(resumeGraph({ graph, checkpointer, thread: 't' }))
  expect((await graphState({ graph, checkpointer, thread: 't' })).outcome).toEqual({ type: 'completed' })
})

test('a process that stood still while another took over writes nothing more', async () => {
  const { path, checkpointer, graph, start, effects } = await place()
  const first = start('first', 400, 20)
  await until(() => effects().length > 0)
  await standStill(first, path)
  await until(async () => {
    try {
      await collect(resumeGraph({ graph, checkpointer, thread: 't' }))
      return true
    } catch (error) {
      if (!KeepupError.is(error, 'lease-held')) throw error
      return false
    }
  })
  const { head, outcome } = await graphState({ graph, checkpointer, thread: 't' })
  expect(outcome).toEqual({ type: 'completed' })
  first.process.kill('SIGCONT')
  await first.ended
  expect(first.lines.at(-1)).toBe('lease-lost')
  expect((await graphState({ graph, checkpointer, thread: 't' })).head).toBe(head)
})
