import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { expect, test, vi } from 'vitest'

import { temporaryFolder, textOf } from '../call-tool.ts'
import { eventually, processesWith, uniqueSeconds } from '../find-processes.ts'
import { dataOf, shellIn } from './commands.ts'

vi.setConfig({ testTimeout: 120_000 })

const kills = Number(process.env['KEEPUP_KILLS'] ?? 3)

/** Starts a host, kills it at a moment of its life, and gives what it said. */
async function killHost(args: readonly string[], after: number | 'running'): Promise<readonly string[]> {
  const host = spawn(
    process.execPath,
    ['--conditions=@keepup/source', join(import.meta.dirname, 'host.ts'), ...args],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const ended = once(host, 'exit')
  const lines: string[] = []
  const running = new Promise<void>((resolve) => {
    createInterface(host.stdout).on('line', (line) => {
      lines.push(line)
      if (line === 'running') resolve()
    })
  })
  if (typeof after === 'number') setTimeout(() => host.kill('SIGKILL'), after)
  else await running.then(() => host.kill('SIGKILL'))
  await ended
  return lines
}

/** A cell that keeps its interpreter busy and has a child that fled; three commands: one that prints, one whose child fled, one that is deaf and whose child fled and kept nothing but an open file. */
function commandsWith(mark: string): readonly string[] {
  return [
    `require('node:child_process').spawn('setsid', ['sleep', '${mark}']); setInterval(() => {}, 1); '${mark}'`,
    `echo printed; sleep ${mark}`,
    `setsid sh -c 'trap "" TERM; sleep ${mark}' & sleep ${mark}`,
    `trap "" HUP INT TERM; (env -i setsid sleep ${mark} &); sleep ${mark}`,
  ]
}

test('a killed host leaves none of its commands, and the next program tells what became of them', async () => {
  const [root, state] = [await temporaryFolder(), join(await temporaryFolder(), 'state')]
  const [mark, loose] = [uniqueSeconds(), uniqueSeconds()]
  const lines = await killHost([root, state, 'thread', loose, ...commandsWith(mark)], 'running')
  expect(processesWith(loose)).toHaveLength(1)
  process.kill(processesWith(loose)[0] ?? 0, 'SIGKILL')
  await eventually(() => processesWith(mark).length === 0)
  const id = /cmd-[0-9a-f]{12}/.exec(lines[0] ?? '')?.[0] ?? ''
  const { use } = await shellIn({ root, state })
  const outcome = await use('shell_output', { id })
  expect(textOf(outcome)).toBe(
    `printed\n[${id} ended with the program that ran it. This is what was kept of its output]`,
  )
  expect(dataOf(outcome)).toMatchObject({ running: false, ended: 'with-program', exitCode: null })
  expect(textOf(await use('shell_kill', { id }))).toBe(
    `${id} ended with the program that ran it. shell_output shows what was kept of its output.`,
  )
})

test(`${kills} hosts killed at any moment leave none`, async () => {
  const root = await temporaryFolder()
  for (let round = 0; round < kills; round++) {
    const [mark, loose] = [uniqueSeconds(), uniqueSeconds()]
    await killHost(
      [root, join(root, 'state'), 'thread', loose, ...commandsWith(mark)],
      250 + ((round * 97) % 600),
    )
    await eventually(() => processesWith(mark).length === 0)
    expect(processesWith(mark)).toEqual([])
    for (const pid of processesWith(loose)) process.kill(pid, 'SIGKILL')
  }
})

test('a command of a program that still runs is told as that, and not touched', async () => {
  const { use, start, state, root } = await shellIn()
  const mark = uniqueSeconds()
  const id = await start(`echo here; sleep ${mark}`)
  // The same folder, as another program over the same thread has it.
  const other = await shellIn({ state, root })
  expect(textOf(await other.use('shell_output', { id }))).toContain('which may still run it')
  expect(await other.use('shell_kill', { id })).toMatchObject({ code: 'command-elsewhere' })
  expect(processesWith(mark)).not.toEqual([])
  expect(textOf(await use('shell_kill', { id }))).toContain('was ended')
})
