import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test, vi } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A project whose agent wrote `a.txt` twice in thread `apple`, and appends to it by the shell when it goes on. */
async function project(snapshots: 'on' | 'off' = 'on') {
  const home = temporaryFolder()
  const folder = join(home, 'project')
  mkdirSync(folder)
  writeFileSync(join(folder, 'own.txt'), 'own')
  writeFileSync(join(folder, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 })
  symlinkSync('own.txt', join(folder, 'link'))
  writeFileSync(join(folder, '.gitignore'), 'ignored\n')
  writeFileSync(join(folder, 'ignored'), 'ignored')
  const write = (content: string) => ({ calls: [{ name: 'write', input: { path: 'a.txt', content } }] })
  const shell = { calls: [{ name: 'shell', input: { command: 'pwd; printf more >> a.txt' } }] }
  const script = (name: string, steps: readonly object[]): readonly string[] => {
    writeFileSync(join(home, name), JSON.stringify({ steps }))
    return ['--mode', 'yolo', '--model', `scripted:${join(home, name)}`]
  }
  const at = (words: string, ...more: readonly string[]) =>
    runInProcess([...words.split(' '), ...more], { home, cwd: folder })
  const first = script('first.json', [write('one'), write('two'), { text: 'Done.' }])
  expect((await at('run go --thread apple', ...first, '--snapshots', snapshots)).code).toBe(0)
  const lines = (await at('history apple --json')).stdout.trim().split('\n')
  const entries = lines.map((line) => JSON.parse(line) as { type: string; sequence: number })
  const looks = entries.filter(({ type }) => type === 'workspace-snapshotted').map(({ sequence }) => sequence)
  return {
    home,
    folder,
    at,
    script,
    looks,
    later: script('later.json', [shell, shell, { text: 'Gone on.', repeat: true }]),
    text: (...path: readonly string[]) => readFileSync(join(home, ...path), 'utf8'),
  }
}

test('a fork with a worktree has the files of its position, and works there from wherever it is gone on with', async () => {
  const { home, folder, at, looks, later, script, text } = await project()
  const forked = await at(`fork apple --at ${looks[1]} --as pear --worktree ../try`)
  expect(forked).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`its files: ${join(home, 'try')}`) as string,
  })
  expect([text('try', 'a.txt'), text('try', 'own.txt'), text('try', 'link')]).toEqual(['one', 'own', 'own'])
  expect(existsSync(join(home, 'try', 'ignored'))).toBe(false)
  expect(text('project', 'a.txt')).toBe('two')
  const run = await runInProcess(['resume', 'pear', ...later], { home, cwd: home })
  expect({ code: run.code, stderr: run.stderr }).toMatchObject({ code: 0 })
  expect([text('try', 'a.txt'), text('project', 'a.txt')]).toEqual(['onemore', 'two'])
  expect((await at('show pear --json')).stdout).toContain(join(home, 'try'))
  expect((await at('replay pear')).stdout).toContain('byte-identical')
  // A fork of it stays with its folder; the thread it came from with its own.
  expect((await at('fork pear --as plum')).code).toBe(0)
  const touch = (round: number) => ({
    calls: [{ name: 'shell', input: { command: `printf plum${round} > plum.txt` } }],
  })
  const plum = script('plum.json', [...[1, 2, 3, 4, 5].map(touch), { text: 'Done.', repeat: true }])
  expect((await at('run More --thread plum', ...plum)).code).toBe(0)
  expect([existsSync(join(home, 'try', 'plum.txt')), existsSync(join(folder, 'plum.txt'))]).toEqual([
    true,
    false,
  ])
  // The past before the fork belongs to the new folder too, and a rewind there leaves the first one alone.
  expect((await at(`rewind pear --to ${looks[0]} --files`)).code).toBe(0)
  expect(existsSync(join(home, 'try', 'a.txt'))).toBe(false)
  expect(text('project', 'a.txt')).toBe('two')
})

test('a worktree takes nothing that is there, nothing inside of the project, and no position without files', async () => {
  const { home, at, looks } = await project()
  mkdirSync(join(home, 'full'))
  writeFileSync(join(home, 'full', 'mine.txt'), 'mine')
  for (const [words, says] of [
    ['--worktree ../full', 'is not empty'],
    ['--worktree .', 'where the agent works'],
    ['--worktree sub/deep', 'where the agent works'],
    ['--worktree ../full/mine.txt', 'is no folder'],
    ['--worktree ../new --cwd ..', 'where the agent works'],
    ['--worktree ../../new --cwd ../full', 'kept for another folder'],
  ] as const) {
    const { code, stderr } = await at(`fork apple --at ${looks[1]} --as pear ${words}`)
    expect([words, code === 0]).toEqual([words, false])
    expect(stderr).toMatch(new RegExp(says))
  }
  expect(existsSync(join(home, 'new'))).toBe(false)
  expect((await at('show pear')).code).toBe(24)
  const bare = await project('off')
  const refused = await bare.at('fork apple --as pear --worktree ../new')
  expect(refused).toMatchObject({
    code: 24,
    stderr: expect.stringContaining('no files of apple were kept') as string,
  })
  expect(existsSync(join(bare.home, 'new'))).toBe(false)
  // A folder that was removed since is told.
  expect((await at('fork apple --as fig --worktree ../gone')).code).toBe(0)
  const { renameSync } = await import('node:fs')
  renameSync(join(home, 'gone'), join(home, 'moved'))
  expect((await at('run x --thread fig --model scripted:x.json')).stderr).toMatch(
    /gone does not exist\nfix: .*--cwd/,
  )
})

test('diff holds one position against the beginning, the checkpoint before, or what is there now', async () => {
  const { at, folder, looks } = await project()
  const [, one = 0, two = 0] = looks
  const files = async (words: string) => {
    const { code, stdout, stderr } = await at(`diff ${words} --json`)
    expect({ words, code, stderr }).toMatchObject({ code: 0, stderr: '' })
    return JSON.parse(stdout) as {
      before: { at: number }
      after: { at: number }
      files?: unknown
      messages: { added: unknown[] }
    }
  }
  const added = [{ path: 'a.txt', change: 'added' }]
  const modified = [{ path: 'a.txt', change: 'modified' }]
  expect(await files(`apple@${one} --mode from-init`)).toMatchObject({
    before: { at: 0 },
    after: { at: one },
    files: added,
  })
  const step = await files(`apple@${two} --mode checkpoint`)
  expect(step).toMatchObject({ after: { at: two } })
  expect(step.before.at).toBeGreaterThanOrEqual(one)
  expect(await files(`apple@${one} --mode to-current`)).toMatchObject({
    before: { at: one },
    files: modified,
  })
  writeFileSync(join(folder, 'by-hand.txt'), 'x')
  const now = await files(`apple@${two} --mode to-current`)
  expect(now.files).toEqual([{ path: 'by-hand.txt', change: 'added' }])
  expect(now.messages.added.length).toBeGreaterThan(0)
  const full = await files(`apple@${one} --mode full`)
  expect(full).toMatchObject({
    before: { at: 0 },
    files: [...added, { path: 'by-hand.txt', change: 'added' }],
  })
  expect((await at(`diff apple --mode full`)).stdout).toMatch(
    /^messages\n[^]*^files\n\+ a\.txt\n\+ by-hand\.txt\n^state$/m,
  )
  expect((await at('diff apple')).stderr).toMatch(/only one position was named\nfix: .*--mode/)
  expect((await at('diff apple apple --mode full')).code).toBe(2)
  expect((await at('diff apple --mode half')).code).toBe(2)
})
