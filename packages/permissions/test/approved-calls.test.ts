import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'

import type { JsonValue } from '@keepup/core'
import { describe, expect, onTestFinished, test } from 'vitest'

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
      identity: expect.stringMatching(/^\d+( \d+)?$/),
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

  test('belongs to the folder where its commands start', async () => {
    const { approved, policy, root } = project()
    const sub = join(root, 'sub')
    mkdirSync(sub)
    await approved.add({ ...touch, folder: sub })
    const here = call({ command: 'touch a' })
    expect(policy(here).type).toBe('ask')
    expect(policy({ ...here, folder: root }).type).toBe('ask')
    expect(policy({ ...here, folder: sub }).type).toBe('allow')
    await approved.add(touch)
    // The project itself is where commands start anyway.
    expect(policy({ ...here, folder: root }).type).toBe('allow')
    expect(approved.list()).toHaveLength(2)
  })

  test('does not move with the project, and does not hold for another that takes its place', async () => {
    const { approved, home, root } = project()
    const folder = join(home, 'keepup')
    await approved.add(touch)
    renameSync(root, join(home, 'moved'))
    expect(approvedCalls({ folder, root: join(home, 'moved') }).list()).toEqual([])
    mkdirSync(root)
    const another = approvedCalls({ folder, root })
    expect(another.path).toBe(approved.path)
    expect(another.list()).toEqual([])
    const remembered = rememberedCalls(another)
    expect(permissionPolicy({ root, remembered })(call({ command: 'touch a' })).type).toBe('ask')
    // What is allowed there is that project's own from then on.
    await another.add({ ...touch, input: { command: 'touch b' } })
    expect(approvedCalls({ folder, root }).list()).toMatchObject([{ input: { command: 'touch b' } }])
    expect(permissionPolicy({ root, remembered })(call({ command: 'touch a' })).type).toBe('ask')
  })

  test('in a file that was copied from another project allows nothing', async () => {
    const { approved, home } = project()
    await approved.add(touch)
    const other = join(home, 'other')
    mkdirSync(other)
    const target = approvedCalls({ folder: join(home, 'keepup'), root: other })
    mkdirSync(dirname(target.path), { recursive: true })
    copyFileSync(approved.path, target.path)
    expect(target.list()).toEqual([])
  })

  test('follows a link to the project that is led elsewhere no further', async () => {
    const { approved, home, root } = project()
    await approved.add(touch)
    const folder = join(home, 'keepup')
    const link = join(home, 'link')
    symlinkSync(root, link)
    expect(approvedCalls({ folder, root: link }).list()).toHaveLength(1)
    rmSync(link)
    mkdirSync(join(home, 'hostile'))
    symlinkSync(join(home, 'hostile'), link)
    expect(approvedCalls({ folder, root: link }).list()).toEqual([])
  })

  test('in something that is no file is told, and allows nothing', async () => {
    const { approved, policy } = project()
    mkdirSync(approved.path, { recursive: true })
    expect(() => approved.list()).toThrow(/cannot be read \(EISDIR\)/)
    expect(policy(call({ command: 'touch a' })).type).toBe('ask')
    await expect(approved.add(touch)).rejects.toMatchObject({ code: 'configuration-invalid' })
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

describe('on a disk that takes nothing', () => {
  const seen = spawnSync('sh', [
    '-c',
    'd=$(mktemp -d) && mount -t tmpfs -o size=4k none "$d" && umount "$d"; rmdir "$d"',
  ])
  const canMount = seen.status === 0

  test.skipIf(canMount)('nothing was tried: no file system can be mounted here', () => {
    expect(canMount).toBe(false)
  })

  test.runIf(canMount).each([
    ['that is full', 'full', /cannot be written \(ENOSPC\)/],
    ['that is read-only', 'ro', /cannot be written \(EROFS\)/],
  ])(
    '%s, what was there stays, the failure says what to do, and nothing is left beside it',
    async (_, option, words) => {
      const { home, root } = project()
      const folder = join(home, 'disk')
      mkdirSync(folder)
      expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder]).status).toBe(0)
      onTestFinished(() => void spawnSync('umount', ['-l', folder]))
      const approved = approvedCalls({ folder, root })
      const kept = await approved.add(touch)
      if (option === 'ro') expect(spawnSync('mount', ['-o', 'remount,ro', folder]).status).toBe(0)
      const large = { ...touch, input: { command: 'x'.repeat(200_000) } }
      await expect(approved.add(large)).rejects.toThrow(words)
      expect(approved.list()).toEqual([kept])
      expect(readdirSync(dirname(approved.path))).toEqual(['permissions.json'])
      if (option !== 'ro') expect(await approved.forget(kept.id)).toBe(true)
    },
  )
})
