import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { expect, onTestFinished, test, vi } from 'vitest'

import { releaseSnapshots } from '../src/index.ts'
import { scratch } from './scratch.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A program in a process of its own. */
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

/** Folders in which a process that was killed had the right to delete. */
async function markedByDead(count: number): Promise<{ readonly parent: string; readonly folders: string[] }> {
  const { storage: parent } = await scratch()
  const folders = Array.from({ length: count }, (_, index) => join(parent, `folder-${index}`))
  for (const folder of folders) await mkdir(folder, { recursive: true })
  const holder = start('hold-mark.ts', ...folders)
  await holder.printed('held')
  holder.process.kill('SIGKILL')
  await holder.ended
  return { parent, folders }
}

test('of many that find the mark of a dead process at once, each deletes alone, and nobody looks meanwhile', async () => {
  const { parent, folders } = await markedByDead(20)
  const go = join(parent, 'go')
  const parts = ['deletes', 'deletes', 'looks', 'deletes', 'looks', 'deletes', 'looks']
  const programs = parts.map((part) => start('mark-rounds.ts', part, go, ...folders))
  await Promise.all(programs.map((program) => program.printed('ready')))
  await writeFile(`${go}.draft`, String(Date.now() + 50))
  await rename(`${go}.draft`, go)
  for (const { ended, lines } of programs) {
    expect(await ended).toBe(0)
    expect(lines).toEqual(['ready', 'done'])
  }
  for (const folder of folders) {
    expect(await readdir(folder)).toEqual(['looks'])
    expect(await readdir(join(folder, 'looks'))).toEqual([])
  }
})

test('whoever was killed while it took a mark away stands in nobody’s way', async () => {
  const { folders } = await markedByDead(1)
  const [folder = ''] = folders
  const { write, open, storage } = await scratch()
  const workspace = await open()
  await write({ 'a.txt': 'a' })
  const { id } = await workspace.snapshot()
  const dead = await readFile(join(folder, 'deleting'), 'utf8')
  await writeFile(join(storage, 'deleting'), dead)
  // The mark on the removal, and a mark that was begun.
  await writeFile(join(storage, `deleting.${dead.slice(-36)}`), `${dead.slice(0, -36)}another`)
  await writeFile(join(storage, `deleting.draft-${dead}`), dead)
  expect((await releaseSnapshots({ storage, ids: [id] })).ids).toEqual([id])
  expect((await readdir(storage)).filter((name) => name.startsWith('deleting'))).toEqual([])
})
