import { spawn } from 'node:child_process'

import type { ProcessTable, StartedProcess } from '@keepup/core'
import { expect, onTestFinished, test, vi } from 'vitest'

import { endProcessGroup, findSurvivors, systemProcessTable } from '../src/index.ts'
import { linuxProcess, linuxProcesses } from '../src/linux-processes.ts'
import { psProcesses } from '../src/ps-processes.ts'
import { newKey } from './call-tool.ts'
import { eventually, processesWith, uniqueSeconds } from './find-processes.ts'

// Real processes on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

/** Starts a shell in a group of its own, as a call that outlives its host would be. */
async function start(script: string, key: string): Promise<StartedProcess> {
  const child = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, KEEPUP_CALL: key },
  })
  const pid = child.pid ?? 0
  onTestFinished(() => {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // It has ended.
    }
  })
  await eventually(() => linuxProcess(pid) !== undefined)
  const started = linuxProcess(pid)?.started ?? ''
  return { pid, group: pid, started }
}

const table: ProcessTable = systemProcessTable()

test('a process that outlived its call is found by its mark, with and without a record, and ended', async () => {
  const key = newKey()
  const mark = uniqueSeconds()
  const recorded = await start(`sleep ${mark} & sleep ${mark}`, key)
  await eventually(() => processesWith(mark).length >= 2)
  expect(await table.survivors({ key, processes: [recorded] })).toEqual([recorded])
  expect(await findSurvivors(key)).toEqual([recorded])
  expect(await table.end(recorded)).toBe('ended')
  expect(processesWith(mark)).toEqual([])
  expect(await table.survivors({ key, processes: [recorded] })).toEqual([])
  expect(await table.end(recorded)).toBe('gone')
})

test('what fled into a session of its own, or lost its parents, is found', async () => {
  const key = newKey()
  const mark = uniqueSeconds()
  await start(`setsid sleep ${mark} & (setsid sh -c 'sleep ${mark} &' &) ; exit 0`, key)
  await eventually(() => processesWith(`sleep ${mark}`).length === 2)
  let survivors = await table.survivors({ key, processes: [] })
  // One that is just about to flee still has the group of the other.
  for (let round = 0; survivors.length < 2 && round < 100; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    survivors = await table.survivors({ key, processes: [] })
  }
  expect(survivors.length).toBe(2)
  expect(await Promise.all(survivors.map((survivor) => table.end(survivor)))).toEqual(['ended', 'ended'])
  expect(processesWith(mark)).toEqual([])
})

test('a group that ignores SIGTERM, or is stopped, is killed', async () => {
  const mark = uniqueSeconds()
  const deaf = await start(`trap "" TERM; while :; do sleep ${mark}; done`, newKey())
  await eventually(() => processesWith(mark).length > 1)
  expect(await endProcessGroup(deaf.group, { grace: 100 })).toBe('ended')
  const stopped = await start(`kill -STOP $$; sleep ${mark}`, newKey())
  expect(await endProcessGroup(stopped.group, { grace: 500 })).toBe('ended')
  expect(processesWith(mark)).toEqual([])
})

test('another process that got the number is neither found nor ended', async () => {
  const innocent = await start('sleep 600', newKey())
  const stale = { ...innocent, started: '1@another-boot' }
  expect(await table.survivors({ key: newKey(), processes: [stale] })).toEqual([])
  const { pid, group } = innocent
  expect(await table.survivors({ key: newKey(), processes: [{ pid, group }] })).toEqual([])
  expect(await table.end(stale)).toBe('gone')
  expect(linuxProcess(pid)?.started).toBe(innocent.started)
})

test('the program itself and those that started it are never found, whatever their mark', async () => {
  const own = linuxProcess(process.pid)
  const processes = [{ pid: process.pid, group: own?.group ?? 0, started: own?.started ?? '' }]
  expect(await table.survivors({ key: newKey(), processes })).toEqual([])
})

test.each([0, 1, -5, Number.NaN, 1.5, 4_194_303])('the group %j is never signalled', async (group) => {
  expect(await endProcessGroup(group)).toBe('gone')
})

test('both ways to list processes agree on what they show', async () => {
  const { pid } = await start('sleep 600', newKey())
  const listed = (await psProcesses()).find((found) => found.pid === pid)
  const shown = linuxProcesses().find((found) => found.pid === pid)
  expect(listed).toMatchObject({ pid, group: pid, parent: process.pid, ended: false })
  expect(shown).toMatchObject({ pid, group: pid, parent: process.pid, ended: false })
  expect(listed?.started).toMatch(/\d{4}$/)
  expect(linuxProcess(999_999_999)).toBeUndefined()
})
