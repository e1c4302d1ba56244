import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { readState } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import { openSqlite } from '@keepup/database-sqlite'
import { type Program, startProgram } from '@keepup/vitest/child-process'
import { expect, onTestFinished } from 'vitest'

import { sopFold } from '../../src/sop/index.ts'

/** A store and a project in a folder of their own, and the programs on them. */
export async function place() {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-sop-'))
  const root = join(folder, 'project')
  mkdirSync(root)
  const database = await openSqlite(join(folder, 'store.db'))
  const checkpointer = sqliteCheckpointer(database)
  const started: Program[] = []
  onTestFinished(async () => {
    for (const { process: child } of started) child.kill('SIGKILL')
    await checkpointer[Symbol.asyncDispose]()
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const effects = join(folder, 'effects')
  return {
    checkpointer,
    effects: () => (existsSync(effects) ? readFileSync(effects, 'utf8').trim().split('\n') : []),
    state: async () => (await readState(checkpointer, 't', sopFold)).state,
    start: () => {
      const program = startProgram(new URL('programs/run-sop.ts', import.meta.url), folder, root)
      started.push(program)
      return program
    },
  }
}

/** What a test of kills works with. */
export type Place = Awaited<ReturnType<typeof place>>

/** A person looks what a command did whose end nobody recorded, and says so. */
async function answerOpen({ checkpointer, state, effects }: Place): Promise<number> {
  const { asked } = await state()
  const open = Object.values(asked).filter(({ answer }) => answer === undefined)
  for (const { approval, digest } of open) {
    const allow = effects().includes('publish ended')
    const signal = {
      id: crypto.randomUUID(),
      thread: 't',
      channel: `answers:${approval}`,
      type: 'answer',
      time: 1,
      by: 'user',
    }
    await checkpointer.signal([{ ...signal, data: { approval, digest, allow } }], 'power')
  }
  return open.length
}

/** Runs it to its end, and kills it each time that `when` holds, so many times. */
export async function liveAndDie(
  home: Place,
  kills: number,
  when: (lines: readonly string[], life: number) => boolean,
): Promise<readonly string[]> {
  const windows: string[] = []
  for (let life = 0; life < 200; life += 1) {
    const program = home.start()
    if (windows.length < kills) {
      while (!when(program.lines, life) && !ended(program)) await sleep(2)
      program.process.kill('SIGKILL')
    }
    await program.ended
    const { status, machine, open } = await home.state()
    if (status === 'finished') return windows
    if (windows.length < kills)
      windows.push(`${machine.phase}${Object.keys(open).length > 0 ? ' in a gate' : ''}`)
    if (windows.length >= kills || status === 'waiting') await answerOpen(home)
  }
  throw new Error('It never ended')
}

function ended({ lines }: Program): boolean {
  return ['finished', 'waiting', 'halted'].includes(lines.at(-1) ?? '')
}

/** Everything happened once, and nothing that had passed was done again. */
export async function expectWhole(home: Place): Promise<void> {
  const { machine, evidence } = await home.state()
  expect(machine.end).toEqual({ type: 'completed', phase: 'done' })
  expect(Object.values(evidence).map(({ gate, outcome }) => `${gate} ${outcome}`)).toEqual([
    'work/check passed',
    'publish/publish passed',
  ])
  const types: string[] = []
  for await (const { type } of home.checkpointer.log('t')) types.push(type)
  // No transition is taken twice, and the phase that had passed is not entered again.
  expect(types.filter((type) => type === 'transition-taken')).toHaveLength(2)
  const effects = home.effects()
  expect(effects.filter((line) => line === 'publish ended')).toHaveLength(1)
}
