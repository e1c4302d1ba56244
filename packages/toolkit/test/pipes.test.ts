import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test, vi } from 'vitest'

import { globTool, grepTool, lsTool } from '../src/index.ts'
import { call, contextOf, newKey, temporaryFolder, textOf } from './call-tool.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A folder in which pipes stand where files are read by the way. Nobody writes into any of them. */
async function folderWithPipes(...names: readonly string[]): Promise<string> {
  const root = await temporaryFolder()
  await mkdir(join(root, 'sub'))
  await writeFile(join(root, 'a.txt'), 'text')
  await writeFile(join(root, 'sub/b.txt'), 'text')
  for (const name of names) {
    await mkdir(join(root, name, '..'), { recursive: true })
    expect(spawnSync('mkfifo', [join(root, name)]).status).toBe(0)
  }
  return root
}

test('tools that search do not wait for a pipe that is called .gitignore', async () => {
  const root = await folderWithPipes('.gitignore', 'sub/.gitignore', '.git/info/exclude')
  for (const outcome of [
    await call(globTool(root), { pattern: '**/*.txt' }, contextOf(newKey())),
    await call(grepTool(root, { ripgrep: false }), { pattern: 'text' }, contextOf(newKey())),
    await call(lsTool(root), {}, contextOf(newKey())),
  ]) {
    expect(textOf(outcome)).toContain('a.txt')
  }
})

const there = process.platform === 'linux' && spawnSync('bwrap', ['--version']).status === 0
if (!there) console.warn('SKIPPED: there is no bubblewrap')

test.runIf(there)('a pipe that is called .git does not hold up the whole program', async () => {
  const root = await folderWithPipes('.git')
  const state = await temporaryFolder()
  // Where a read waits, it waits for ever: no timer and no signal is heard meanwhile. So it is done elsewhere.
  const script = `
    const { bubblewrapSandbox, workspaceProfile } = await import(${JSON.stringify(join(import.meta.dirname, '../src/sandbox/index.ts'))})
    const root = ${JSON.stringify(root)}
    const program = { program: '/bin/true', arguments: [], folder: root, environment: {} }
    const contained = await bubblewrapSandbox({ state: ${JSON.stringify(state)} }).contain(program, workspaceProfile({ root }))
    await contained.release()`
  const args = ['--conditions=@keepup/source', '--input-type=module', '--eval', script]
  const { status, signal } = spawnSync(process.execPath, args, { timeout: 20_000, killSignal: 'SIGKILL' })
  expect({ status, signal }).toEqual({ status: 0, signal: null })
})
