import { writeFileSync } from 'node:fs'

import { startProgram } from '@keepup/vitest/child-process'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { newestOf, step, valuesAt } from './steps.ts'
import { newSaver, type OpenSaver } from './stores.ts'

let open: OpenSaver

beforeEach(async () => {
  open = await newSaver({ idle: 5, patience: 5_000 })
})
afterEach(() => open.close())

test('of two runs in one process that go on from one checkpoint, the second is refused and the first goes on', async () => {
  const { saver } = open
  const start = await step(saver, newestOf('t'), { log: ['start'] }, 1)
  await saver.getTuple(newestOf('t'))
  await saver.getTuple(newestOf('t'))
  const first = await step(saver, start, { log: ['start', 'A'] }, 2)
  await expect(step(saver, start, { log: ['start', 'B'] }, 2)).rejects.toMatchObject({
    code: 'checkpoint-conflict',
  })
  await step(saver, first, { log: ['start', 'A', 'A'] }, 3)
  expect(await valuesAt(saver, newestOf('t'))).toEqual({ log: ['start', 'A', 'A'] })
})

test('a run is refused that another process overtook, in the middle or at its start', async () => {
  const other = await open.second()
  for (const saver of [open.saver, other.saver]) await saver.getTuple(newestOf('t'))
  const mine = await step(open.saver, newestOf('t'), { log: ['mine'] }, 1)
  await expect(step(other.saver, newestOf('t'), { log: ['theirs'] }, 1)).rejects.toMatchObject({
    code: 'checkpoint-conflict',
  })
  await other.saver.getTuple(newestOf('t'))
  await step(other.saver, mine, { log: ['mine', 'theirs'] }, 2)
  await expect(step(open.saver, mine, { log: ['mine', 'again'] }, 2)).rejects.toMatchObject({
    code: 'checkpoint-conflict',
  })
  expect(await valuesAt(open.saver, newestOf('t'))).toEqual({ log: ['mine', 'theirs'] })
  await other.close()
})

test('two processes that run one thread at once: one is told, and nothing that was acknowledged is lost', async () => {
  await step(open.saver, newestOf('t'), { log: [] }, 1)
  const programs = ['A', 'B'].map((letter) =>
    startProgram(new URL('writer.ts', import.meta.url), open.path, letter, 'together'),
  )
  await expect.poll(() => programs.map(({ lines }) => lines.length), { timeout: 20_000 }).toEqual([1, 1])
  writeFileSync(`${open.path}.start`, '')
  const ends = await Promise.all(programs.map(async ({ ended }) => ended))
  const said = programs.map(({ lines }) => lines.at(-1) ?? '')
  expect(ends.map(({ code, complaint }) => `${code} ${complaint}`)).toEqual(['0 ', '0 '])
  expect(said.toSorted()).toEqual(['refused: checkpoint-conflict', 'wrote 20'])
  const winner = said[0] === 'wrote 20' ? 'A' : 'B'
  expect(await valuesAt(open.saver, newestOf('t'))).toEqual({ log: Array.from({ length: 20 }, () => winner) })
}, 30_000)

test('after a kill everything that was acknowledged is there, and the thread can be written to at once', async () => {
  await step(open.saver, newestOf('t'), { log: [] }, 1)
  const program = startProgram(new URL('writer.ts', import.meta.url), open.path, 'A', 'now', '1000000')
  await expect.poll(() => program.lines.length, { timeout: 20_000 }).toBeGreaterThan(20)
  program.process.kill('SIGKILL')
  await program.ended
  const acknowledged = program.lines.filter((line) => line.startsWith('step')).length
  const { log } = await valuesAt(open.saver, newestOf('t'))
  const stored = Array.isArray(log) ? log.length : -1
  expect(stored).toBeGreaterThanOrEqual(acknowledged)
  expect(stored).toBeLessThanOrEqual(acknowledged + 1)
  const newest = await open.saver.getTuple(newestOf('t'))
  await step(open.saver, newest?.config ?? newestOf('t'), { log: ['after'] }, 9_999)
  expect(await valuesAt(open.saver, newestOf('t'))).toEqual({ log: ['after'] })
}, 30_000)
