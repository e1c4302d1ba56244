import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect, onTestFinished, test, vi } from 'vitest'

import { startFakeServer } from './fake-server.ts'
import { startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** The processes with a text in their command line, but those that look for them. */
function alive(text: string): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=', '-o', 'stat=', '-o', 'args=', '-ww'], {
    encoding: 'utf8',
  })
  return stdout
    .split('\n')
    .filter((line) => line.includes(text) && !/^\s*\d+\s+Z/.test(line))
    .map((line) => Number.parseInt(line, 10))
}

test.skipIf(process.platform === 'linux')('processes of this system are NOT looked at', () => {
  expect(process.platform).not.toBe('linux')
})

test.runIf(process.platform === 'linux').each([
  ['SIGTERM', 0],
  // The watchers need a moment once the program is gone.
  ['SIGKILL', 250],
] as const)('no process of a hook survives a program that gets %s', async (signal, looks) => {
  const home = temporaryFolder()
  const seconds = `6${Math.floor(Math.random() * 1e9)}.${process.pid}`
  onTestFinished(() => {
    for (const pid of alive(seconds)) process.kill(pid, 'SIGKILL')
  })
  const command = `sleep ${seconds} & setsid sleep ${seconds} >/dev/null 2>&1 & wait`
  const hooks = { PreToolUse: [{ hooks: [{ type: 'command', command }] }] }
  mkdirSync(join(home, '.config', 'keepup'), { recursive: true })
  writeFileSync(join(home, '.config', 'keepup', 'hooks.json'), JSON.stringify({ hooks }))
  const call = { name: 'shell', input: { command: 'true' } }
  const server = await startFakeServer([{ calls: [call] }, { text: 'Done.' }])
  onTestFinished(() => server[Symbol.asyncDispose]())
  const words = ['run', 'act', '--mode', 'yolo', '--json', '--model', server.model]
  const { child, ended } = startKeepup(words, { home, cwd: home })
  // Two that sleep, and the shell of the hook.
  await vi.waitFor(() => expect(alive(seconds).length).toBeGreaterThanOrEqual(3), { timeout: 30_000 })
  child.kill(signal)
  await ended
  for (let look = 0; look < looks && alive(seconds).length > 0; look++) await sleep(20)
  expect(alive(seconds)).toEqual([])
})
