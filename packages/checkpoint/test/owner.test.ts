import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { describe, expect, test } from 'vitest'

import { currentOwner, isOwnerDead, operatingSystem, type OperatingSystem } from '../src/index.ts'

/** A machine on which only process 7 runs, since `start-7`. */
const machine: OperatingSystem = {
  host: () => 'box',
  boot: () => 'boot-1',
  exists: (id) => id === 7,
  started: (id) => (id === 7 ? 'start-7' : undefined),
}
const owner = { host: 'box', boot: 'boot-1', process: 7, started: 'start-7', instance: 'a' }

describe('an owner is dead', () => {
  test('where its process is gone', () => {
    expect(isOwnerDead({ ...owner, process: 8 }, machine)).toBe(true)
  })

  test('where its id was given to a process with another start', () => {
    expect(isOwnerDead({ ...owner, started: 'start-6' }, machine)).toBe(true)
  })

  test('where it is a zombie', () => {
    expect(isOwnerDead(owner, { ...machine, started: () => 'zombie' })).toBe(true)
  })
})

describe('an owner counts as alive', () => {
  test('where it runs', () => {
    expect(isOwnerDead(owner, machine)).toBe(false)
  })

  test.each([
    ['on another host', { host: 'other', process: 8 }, {}],
    ['in another boot, which may be another machine with the same name', { boot: 'boot-0', process: 8 }, {}],
    ['where the system tells no boot', { boot: '', process: 8 }, { boot: () => '' }],
    ['where its start is not recorded', { started: '' }, {}],
    ['where its start may not be looked at', { started: 'start-6' }, { started: () => undefined }],
    ['with an impossible process id', { process: 0 }, {}],
    ['with a process id that would mean a group', { process: -8 }, {}],
  ])('%s', (_, more, system) => {
    expect(isOwnerDead({ ...owner, ...more }, { ...machine, ...system })).toBe(false)
  })
})

describe('this process', () => {
  test('is named with everything that tells it apart, and is alive', () => {
    const self = currentOwner('me')
    expect(self).toMatchObject({ process: process.pid, instance: 'me' })
    expect(currentOwner('other')).toEqual({ ...self, instance: 'other' })
    expect(isOwnerDead(self)).toBe(false)
  })

  test.runIf(process.platform === 'linux')('can tell that another one was killed', async () => {
    const system = operatingSystem()
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const record = {
      ...currentOwner('x'),
      process: child.pid ?? 0,
      started: system.started(child.pid ?? 0) ?? '',
    }
    expect(record.started).not.toBe('')
    expect(isOwnerDead(record)).toBe(false)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isOwnerDead(record)).toBe(true)
  })

  test('can see that processes of other users exist', () => {
    expect(operatingSystem().exists(1)).toBe(true)
    expect(operatingSystem().exists(2 ** 30)).toBe(false)
  })
})
