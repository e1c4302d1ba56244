import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { expect, onTestFinished, test, vi } from 'vitest'

import { fileKeyRing } from '../../src/index.ts'

vi.setConfig({ testTimeout: 60_000 })

const root = new Uint8Array(32).fill(7)

async function place(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'keepup-lock-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A program in a process of its own, as far as it is known what it printed. */
interface Program {
  readonly process: ChildProcess
  readonly lines: string[]
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<unknown>
  printed(line: string): Promise<void>
}

function start(program: string, ...parameters: readonly string[]): Program {
  const file = join(import.meta.dirname, program)
  const child = spawn(process.execPath, ['--conditions=@keepup/source', file, ...parameters], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line))
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => code ?? signal)
  return {
    process: child,
    lines,
    ended,
    async printed(line) {
      while (!lines.includes(line)) {
        await Promise.race([
          once(reader, 'line'),
          ended.then((how) => Promise.reject(new Error(String(how)))),
        ])
      }
    },
  }
}

/** Folders whose locks were held by a process that was killed. */
async function lockedByDead(count: number): Promise<{ readonly parent: string; readonly folders: string[] }> {
  const parent = await place()
  const folders = Array.from({ length: count }, (_, index) => join(parent, `folder-${index}`))
  for (const folder of folders) await mkdir(folder)
  const holder = start('hold-lock.ts', ...folders)
  await holder.printed('held')
  holder.process.kill('SIGKILL')
  await holder.ended
  return { parent, folders }
}

test('of many that find the lock of a dead process at once, each has it alone', async () => {
  const { parent, folders } = await lockedByDead(24)
  const go = join(parent, 'go')
  const programs = Array.from({ length: 6 }, () => start('lock-rounds.ts', go, ...folders))
  await Promise.all(programs.map((program) => program.printed('ready')))
  await writeFile(`${go}.draft`, String(Date.now() + 50))
  await rename(`${go}.draft`, go)
  for (const { ended, lines } of programs) {
    expect(await ended).toBe(0)
    expect(lines).toEqual(['ready', 'done'])
  }
  for (const folder of folders) expect(await readdir(folder)).toEqual([])
})

test('whoever was killed while it took a lock away stands in nobody’s way', async () => {
  const { folders } = await lockedByDead(2)
  const [ring = '', other = ''] = folders
  const [, , , , instance = ''] = JSON.parse(await readFile(join(ring, 'lock'), 'utf8'))
  // The lock on the removal, of another process that is dead.
  await rename(join(other, 'lock'), join(ring, `lock.${instance}`))
  expect((await fileKeyRing(ring, root).rotate('scope')).bytes).toHaveLength(32)
  expect((await readdir(ring)).filter((name) => name.startsWith('lock'))).toEqual([])
})

test('a lock that nobody can read is waited for, and named', async () => {
  const ring = await place()
  await writeFile(join(ring, 'lock'), '\0\0\0')
  const now = vi.spyOn(Date, 'now')
  onTestFinished(() => now.mockRestore())
  now.mockReturnValueOnce(0).mockReturnValue(60_000)
  await expect(fileKeyRing(ring, root).rotate('scope')).rejects.toMatchObject({
    code: 'database-busy',
    message: expect.stringContaining(`remove ${join(ring, 'lock')}`),
  })
})
