import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

import type { JsonValue } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { approvedCalls, permissionPolicy, rememberedCalls } from '../src/index.ts'
import { effectOf, guardedCall } from './guarded-call.ts'
import { temporaryFolder } from './temporary-folder.ts'

const touch = { tool: 'shell', input: { command: 'touch a' }, effects: [effectOf('write:/p/a')], by: 'ada' }

function project() {
  const home = temporaryFolder()
  const root = join(home, 'project')
  mkdirSync(root)
  const approved = approvedCalls({ folder: join(home, 'keepup'), root })
  return { home, root, approved, policy: permissionPolicy({ root, remembered: rememberedCalls(approved) }) }
}

function call(
  input: Readonly<Record<string, JsonValue>>,
  effects: readonly string[] = ['write:/p/a'],
  tool = 'shell',
) {
  return guardedCall({
    tool,
    effects,
    arguments: Object.entries(input).map(([key, value]) => [`/${key}`, value]),
  })
}

describe('what was allowed for good', () => {
  test('is kept outside of the workspace in a file that people can read and only its owner may', async () => {
    const { approved, root, home } = project()
    expect(approved.list()).toEqual([])
    const added = await approved.add(touch)
    expect(approved.path.startsWith(join(home, 'keepup', 'projects'))).toBe(true)
    expect(statSync(approved.path).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(approved.path)).mode & 0o777).toBe(0o700)
    expect(JSON.parse(readFileSync(approved.path, 'utf8'))).toEqual({
      project: root,
      approved: [{ ...added, ...touch }],
    })
    expect(added.time).toMatch(/^\d{4}-\d\d-\d\dT/)
    expect(await approved.add(touch)).toEqual(added)
    expect(approved.list()).toHaveLength(1)
  })

  test('allows exactly that, and nothing else', async () => {
    const { approved, policy } = project()
    const same = call({ command: 'touch a' })
    expect(policy(same).type).toBe('ask')
    await approved.add(touch)
    expect(policy(same).type).toBe('allow')
    for (const other of [
      call({ command: 'touch a ' }),
      call({ command: 'touch a', timeout: 5 }),
      call({ command: 'touch a' }, ['write:/p/a', 'write:/p/b']),
      call({ command: 'touch a' }, []),
      call({ command: 'touch a' }, ['write:/p/a'], 'other'),
      call({ text: 'touch a' }),
    ]) {
      expect(policy(other).type).toBe('ask')
    }
  })

  test('is forgotten where it is told to, at the next call', async () => {
    const { approved, policy } = project()
    const { id } = await approved.add(touch)
    expect(policy(call({ command: 'touch a' })).type).toBe('allow')
    expect(await approved.forget('other')).toBe(false)
    expect(await approved.forget(id)).toBe(true)
    expect(policy(call({ command: 'touch a' })).type).toBe('ask')
    expect(readdirSync(dirname(approved.path))).toEqual(['permissions.json'])
  })

  test('belongs to a project by whatever path, and to no other', async () => {
    const { approved, home, root } = project()
    await approved.add(touch)
    symlinkSync(root, join(home, 'link'))
    mkdirSync(join(home, 'elsewhere'))
    const folder = join(home, 'keepup')
    expect(approvedCalls({ folder, root: join(home, 'link') }).list()).toHaveLength(1)
    expect(approvedCalls({ folder, root: join(home, 'elsewhere') }).list()).toHaveLength(0)
  })

  test.each([
    ['{', /is not JSON/],
    ['[]', /#\/approved/],
    ['{"approved":[{"id":"x"}]}', /#\/approved\/0/],
    ['{"approved":[{"id":"","tool":"x","input":1,"effects":[],"time":"t","by":"b"}]}', /#\/approved\/0\/id/],
    ['{"approved":[{"id":"x","tool":"x","input":1,"effects":[{"kind":"no"}],"time":"t","by":"b"}]}', /\/0/],
  ])('in a file that reads %s allows nothing, and is told', async (text, message) => {
    const { approved, policy } = project()
    await approved.add(touch)
    writeFileSync(approved.path, text)
    expect(() => approved.list()).toThrow(message)
    expect(policy(call({ command: 'touch a' })).type).toBe('ask')
    await expect(approved.add(touch)).rejects.toThrow(message)
    expect(readFileSync(approved.path, 'utf8')).toBe(text)
  })

  test.skipIf(process.platform === 'win32')('in a file that others may write allows nothing', async () => {
    const { approved, policy } = project()
    await approved.add(touch)
    chmodSync(approved.path, 0o666)
    expect(() => approved.list()).toThrow(/may be written by others/)
    expect(policy(call({ command: 'touch a' })).type).toBe('ask')
  })
})

describe('several processes at once', () => {
  const program = `
    import { approvedCalls } from ${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))}
    const [folder, root, name, count] = process.argv.slice(1)
    const approved = approvedCalls({ folder, root })
    for (let index = 0; index < Number(count); index += 1) {
      await approved.add({ tool: 'shell', input: { command: name + index }, effects: [], by: name })
    }
  `
  const start = (home: string, root: string, name: string, count: number) => {
    const words = ['--conditions=@keepup/source', '--input-type=module-typescript', '-e', program]
    const child = spawn(process.execPath, [...words, join(home, 'keepup'), root, name, String(count)], {
      stdio: 'inherit',
    })
    return { child, ended: new Promise<number | null>((resolve) => child.on('close', resolve)) }
  }

  test('lose nothing', async () => {
    const { home, root, approved } = project()
    const names = ['a', 'b', 'c']
    const codes = await Promise.all(names.map((name) => start(home, root, name, 15).ended))
    expect(codes).toEqual([0, 0, 0])
    const kept = approved.list()
    expect(kept).toHaveLength(45)
    expect(new Set(kept.map(({ id }) => id)).size).toBe(45)
    expect(readdirSync(dirname(approved.path))).toEqual(['permissions.json'])
  }, 30_000)

  test('go on where one was killed while it held the lock', async () => {
    const { home, root, approved } = project()
    await approved.add(touch)
    const { child, ended } = start(home, root, 'dead', 0)
    const pid = child.pid ?? 0
    await ended
    writeFileSync(`${approved.path}.lock`, `${pid} 00000000-dead`)
    const both = ['x', 'y'].map((name) => start(home, root, name, 5).ended)
    expect(await Promise.all(both)).toEqual([0, 0])
    expect(approved.list()).toHaveLength(11)
    expect(existsSync(`${approved.path}.lock`)).toBe(false)
  }, 30_000)
})
