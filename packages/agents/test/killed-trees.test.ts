import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { systemClock } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { type Program, startProgram } from '@keepup/vitest/child-process'
import { expect, onTestFinished, test, vi } from 'vitest'

import { agentsOf, cancelTree, readTree } from '../src/index.ts'
import { replayAll } from './scene.ts'
import { expectWhole } from './tree-life.ts'

// Processes take long to start on a busy machine.
vi.setConfig({ testTimeout: 600_000 })

/** The long form: `KEEPUP_TREE_KILLS=200`, with a tree of 50. */
const kills = Number(process.env['KEEPUP_TREE_KILLS'] ?? 2)
const fan = kills > 10 ? [7, 6] : [2, 2]
/** Agents, the first included. */
const size = kills > 10 ? 50 : 7

async function place() {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-agents-'))
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
    checkpointer,
    start: (pause: number): Program => {
      const program = startProgram(
        new URL('programs/run-tree.ts', import.meta.url),
        path,
        effects,
        JSON.stringify(fan),
        String(pause),
      )
      started.push(program)
      return program
    },
    effects: () => (existsSync(effects) ? readFileSync(effects, 'utf8').trim().split('\n') : []),
  }
}

/** Resolves once a program printed a line. */
async function said({ lines, process: child }: Program, line: string): Promise<void> {
  while (!lines.includes(line)) {
    if (child.exitCode !== null) throw new Error(`the program ended before it said "${line}"`)
    await sleep(5)
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(2)
}

/** A number of milliseconds that a seed decides: short and long ones, so that every moment of a life is met. */
function delayOf(kill: number): number {
  return [45, 140, 5, 80, 20, 250][kill % 6] ?? 5
}

/** Kills the processes of one tree until it has finished, so often at most; then lets it finish, and looks at what is left. */
async function killTree(most: number, first: number, met: Record<string, number>): Promise<number> {
  const { start, checkpointer, effects } = await place()
  let killed = 0
  for (let status = 'idle'; killed < most && status !== 'finished'; killed += 1) {
    const program = start(30)
    await said(program, 'begun')
    const before = effects().length
    // Every other one as soon as an agent acts, however fast the machine is.
    if ((first + killed) % 2 === 0)
      await until(() => effects().length > before || program.process.exitCode !== null)
    else await sleep(delayOf(first + killed))
    program.process.kill('SIGKILL')
    await program.ended
    ;({ status } = await readTree(checkpointer, 'root'))
    met[status] = (met[status] ?? 0) + 1
  }
  await start(1).ended
  expect(new Set(effects()).size, 'a once call ran twice').toBe(effects().length)
  await expectWhole(checkpointer, 'root')
  await replayAll(checkpointer)
  return killed
}

test('a tree whose processes are killed ends whole, and acts at most once', async () => {
  const met: Record<string, number> = {}
  for (let killed = 0; killed < kills;) killed += await killTree(kills - killed, killed, met)
  console.log(`killed while the first agent was: ${JSON.stringify(met)}`)
  expect(met['running'] ?? 0).toBeGreaterThan(0)
})

test('a cancel from another process ends the whole tree', async () => {
  const { start, checkpointer } = await place()
  const program = start(60_000)
  await said(program, 'begun')
  const atWork = async (): Promise<boolean> => {
    const agents = [...agentsOf(await readTree(checkpointer, 'root'))]
    return agents.length === size && agents.every(({ status }) => status === 'running')
  }
  while (!(await atWork())) await sleep(20)
  await cancelTree(checkpointer, 'root', { reason: 'enough', clock: systemClock })
  expect(await program.ended).toMatchObject({ code: 0 })
  const ends = [...agentsOf(await readTree(checkpointer, 'root'))].map(({ outcome }) => outcome)
  expect(new Set(ends)).toEqual(new Set(['interrupted']))
  await replayAll(checkpointer)
})
