import { spawnSync } from 'node:child_process'
import { mkdir, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Tool, ToolOutcome } from '@keepup/core'
import { describe, expect, test, vi } from 'vitest'

import { type ShellInput, shellTool } from '../src/index.ts'
import { bubblewrapSandbox } from '../src/sandbox/index.ts'
import { call, contextOf, newKey, temporaryFolder, textOf } from './call-tool.ts'

vi.setConfig({ testTimeout: 60_000 })

/** Commands one after the other, each told the folder that the log would hold by then. */
function thread(tool: Tool<ShellInput>) {
  let folder: string | undefined
  return async (command: string, timeout_ms = 20_000): Promise<ToolOutcome> => {
    const context = contextOf(newKey(), folder === undefined ? {} : { folder })
    const outcome = await call(tool, { command, timeout_ms }, context)
    if ('output' in outcome) folder = outcome.output?.folder ?? folder
    return outcome
  }
}

test('a cd holds for the next command, is told, and can be taken back', async () => {
  const root = await temporaryFolder()
  await mkdir(join(root, 'a/b'), { recursive: true })
  const run = thread(shellTool(root))
  const first = await run('cd a; cd b')
  expect(textOf(first)).toBe('[The next command starts in a/b]')
  expect(first).toMatchObject({ output: { folder: join(root, 'a/b'), structured: { exitCode: 0 } } })
  expect(textOf(await run('pwd'))).toBe(join(root, 'a/b'))
  expect(textOf(await run('cd ..; false'))).toBe('[Exit code 1]\n[The next command starts in a]')
  expect(textOf(await run('(cd b && pwd); pwd | cat'))).toBe(`${join(root, 'a/b')}\n${join(root, 'a')}`)
  expect(textOf(await run('cd ..'))).toContain('starts in the project folder')
  expect(textOf(await run('pwd'))).toBe(root)
})

test('two threads have folders of their own, and effects are those of the folder', async () => {
  const root = await temporaryFolder()
  await mkdir(join(root, 'a'))
  const tool = shellTool(root)
  const [one, other] = [thread(tool), thread(tool)]
  await one('cd a')
  expect(textOf(await other('pwd'))).toBe(root)
  expect(textOf(await one('pwd'))).toBe(join(root, 'a'))
  const effects = tool.effects({ command: 'cat x > y' }, { folder: join(root, 'a') })
  expect(effects).toContainEqual({ kind: 'write', target: join(root, 'a/y') })
  // A command whose effects are the same everywhere says where it starts.
  const make = tool.effects({ command: 'make' }, { folder: join(root, 'a') })
  expect(make).toContainEqual({ kind: 'read', target: join(root, 'a') })
  expect(tool.effects({ command: 'make' })).not.toContainEqual({ kind: 'read', target: root })
})

test('a folder outside of the project does not hold, by whatever name', async () => {
  const root = await temporaryFolder()
  const outside = await temporaryFolder()
  await symlink(outside, join(root, 'link'))
  const run = thread(shellTool(root))
  expect(textOf(await run('cd /'))).toBe(
    `[It ended in /, outside of the project: the next command starts in ${root} again]`,
  )
  expect(textOf(await run('cd link'))).toContain(`It ended in ${outside}, outside`)
  expect(textOf(await run('pwd'))).toBe(root)
  // A log that was written elsewhere, or by another root.
  const moved = await call(shellTool(root), { command: 'pwd' }, contextOf(newKey(), { folder: outside }))
  expect(moved).toMatchObject({ type: 'failed', code: 'folder-gone', output: { folder: root } })
  expect(textOf(moved)).toContain('is not in the project. Nothing was run')
})

test('a folder that was deleted meanwhile is told, nothing is run, and the next command starts in the project', async () => {
  const root = await temporaryFolder()
  await mkdir(join(root, 'a'))
  const run = thread(shellTool(root))
  await run('cd a')
  await rm(join(root, 'a'), { recursive: true })
  expect(textOf(await run('touch made'))).toBe(
    `The folder ${root}/a, in which this command would start, is not there any more. Nothing was run. The next command starts in ${root}.`,
  )
  expect(textOf(await run('ls -A; pwd'))).toBe(root)
  // Deleted by the command itself.
  expect(textOf(await run('mkdir gone; cd gone; rmdir ../gone'))).not.toContain('The next command')
  expect(textOf(await run('pwd'))).toBe(root)
  // Swapped for a link that leads away.
  await mkdir(join(root, 'b'))
  await run('cd b')
  await rm(join(root, 'b'), { recursive: true })
  await symlink('/', join(root, 'b'))
  expect(textOf(await run('pwd'))).toContain('is not in the project')
})

test('what ends otherwise says nothing of its folder, and a lie about it leads nowhere outside', async () => {
  const root = await temporaryFolder()
  await mkdir(join(root, 'a'))
  const run = thread(shellTool(root))
  expect(textOf(await run('cd a; kill -9 $$'))).toBe('[Ended by signal SIGKILL]')
  expect(textOf(await run('cd a; exec true'))).not.toContain('next command')
  expect(textOf(await run('trap "echo mine" EXIT; cd a'))).toBe('mine')
  expect(textOf(await run('cd a; sleep 30', 300))).toContain('took longer')
  expect(textOf(await run('pwd'))).toBe(root)
  expect(textOf(await run('trap - EXIT; echo / >/dev/fd/10'))).toContain('outside of the project')
  expect(textOf(await run('trap - EXIT; yes / | head -c 99999 >/dev/fd/10'))).toBe(
    '[It printed nothing. Exit code 0]',
  )
  expect(textOf(await run('pwd'))).toBe(root)
  expect(textOf(await run('pwd() { echo /; }; cd() { :; }; cd a'))).not.toContain('next command')
  expect(textOf(await run('if then'))).toMatch(/[Ss]yntax error[\s\S]*\[Exit code 2]/)
})

test('a name with anything in it, the POSIX shell, and a root that is a link', async () => {
  const root = await temporaryFolder()
  const odd = `it's "$HOME" \u{e4}\n* `
  await mkdir(join(root, odd))
  const run = thread(shellTool(root, { shell: '/bin/sh' }))
  await run('cd it*')
  expect(textOf(await run('pwd -P'))).toBe(join(root, odd))
  const link = join(await temporaryFolder(), 'link')
  await mkdir(join(root, 'a'))
  await symlink(root, link)
  const linked = thread(shellTool(link))
  expect(await linked('cd a')).toMatchObject({ output: { folder: join(link, 'a') } })
  expect(textOf(await linked('pwd -P'))).toBe(join(root, 'a'))
  expect(textOf(await linked('cd ..'))).toContain('the project folder')
  expect(await realpath(link)).toBe(root)
})

const there = process.platform === 'linux' && spawnSync('bwrap', ['--version']).status === 0
if (!there) console.warn('SKIPPED: there is no bubblewrap')

describe.runIf(there)('in bubblewrap', () => {
  test('a cd holds too, and its own temporary folder does not', async () => {
    const base = await temporaryFolder()
    const root = join(base, 'root')
    await mkdir(join(root, 'a'), { recursive: true })
    await writeFile(join(root, 'a/f'), 'found')
    const run = thread(shellTool(root, { sandbox: bubblewrapSandbox({ state: join(base, 'state') }) }))
    expect(textOf(await run('cd a'))).toBe('[The next command starts in a]')
    expect(textOf(await run('cat f; mkdir -p /tmp/x; cd /tmp/x'))).not.toContain('starts in /tmp/x')
    expect(textOf(await run('pwd'))).toBe(join(root, 'a'))
  })
})
