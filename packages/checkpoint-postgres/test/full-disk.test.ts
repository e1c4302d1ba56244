import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { verifyThread } from '@keepup/checkpoint'
import type { Checkpointer, Flush } from '@keepup/core'
import { note, stranger } from '@keepup/vitest/entries'
import { type PostgresServer, startPostgres } from '@keepup/vitest/postgres-server'
import { expect, onTestFinished, test, vi } from 'vitest'

import { type SmallDisk, smallDisk } from './small-disk.ts'
import { openStore } from './stores.ts'

vi.setConfig({ testTimeout: 120_000 })

const megabyte = 1_024 * 1_024
const hasDisk = canFill()

test.skipIf(hasDisk)('a disk that can be filled is NOT HERE (it takes root): its tests are skipped', () => {
  expect(hasDisk).toBe(false)
})

function canFill(): boolean {
  const disk = smallDisk()
  disk?.remove()
  return disk !== undefined
}

function mounted(): SmallDisk {
  const disk = smallDisk()
  if (disk === undefined) throw new Error('A disk could be mounted a moment ago')
  onTestFinished(() => disk.remove())
  return disk
}

/** A server that keeps its tables or its write-ahead log on a disk of its own. */
async function serverOn({ folder }: SmallDisk, part: 'tables' | 'log'): Promise<PostgresServer> {
  const beside = mkdtempSync(join(tmpdir(), 'keepup-log-'))
  chmodSync(beside, 0o777)
  onTestFinished(() => rmSync(beside, { recursive: true, force: true }))
  const [within, log] = part === 'tables' ? [folder, beside] : [tmpdir(), folder]
  // No old part of the log goes before the test does.
  const server = await startPostgres(['-c', 'wal_keep_size=1GB'], {
    within,
    initdb: [`--waldir=${join(log, 'log')}`, '--wal-segsize=1'],
  })
  onTestFinished(() => server.stop())
  return server
}

interface Filled {
  /** Commits that were acknowledged. */
  readonly acknowledged: number
  readonly failure: unknown
}

/** Commits what cannot be compressed until there is no space. */
async function fill(checkpointer: Checkpointer, token: number, flushes: readonly Flush[]): Promise<Filled> {
  for (let after = 0; after < 500; after += 1) {
    const entries = [note({ number: after + 1, text: randomBytes(50_000).toString('base64') })]
    const flush = flushes[after % flushes.length] ?? 'power'
    try {
      await checkpointer.commit({ appends: [{ thread: 'full', after, lease: token, entries }], flush })
    } catch (failure) {
      return { acknowledged: after, failure }
    }
  }
  return { acknowledged: 500, failure: undefined }
}

async function numbers(checkpointer: Checkpointer): Promise<unknown[]> {
  const { entries } = await checkpointer.read('full')
  return entries.map(({ data }) =>
    typeof data === 'object' && data !== null && 'number' in data ? data.number : data,
  )
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

test.skipIf(!hasDisk)(
  'tables on a full disk: the commit says so, nothing is lost, and work goes on once there is space',
  async () => {
    const place = mounted()
    const server = await serverOn(place, 'tables')
    const store = await openStore(server.url)
    const { checkpointer } = store
    const { token } = await checkpointer.lease('full', stranger, 600_000)
    place.leave(3 * megabyte)
    const { acknowledged, failure } = await fill(checkpointer, token, ['process', 'power'])
    expect(failure).toMatchObject({
      code: 'database-full',
      message: expect.stringContaining('no disk space'),
    })
    expect(acknowledged).toBeGreaterThan(0)
    expect(await numbers(checkpointer)).toEqual(upTo(acknowledged))
    await verifyThread(checkpointer, 'full')
    place.leave(30 * megabyte)
    const append = {
      thread: 'full',
      after: acknowledged,
      lease: token,
      entries: [note({ number: acknowledged + 1 })],
    }
    await checkpointer.commit({ appends: [append], flush: 'power' })
    expect(await numbers(checkpointer)).toEqual(upTo(acknowledged + 1))
    await store.remove()
  },
)

test.skipIf(!hasDisk)(
  'a log on a full disk: the commit fails, nothing is lost, and work goes on once there is space and a server',
  async () => {
    const place = mounted()
    const server = await serverOn(place, 'log')
    const store = await openStore(server.url, undefined, { reconnectTimeout: 2_000 })
    const { checkpointer } = store
    const { token } = await checkpointer.lease('full', stranger, 600_000)
    place.leave(3 * megabyte)
    const { acknowledged, failure } = await fill(checkpointer, token, ['power'])
    // It breaks down over the statement, or over that of another connection.
    expect(failure).toMatchObject({
      code: expect.stringMatching(/^database-(full|unavailable)$/),
      details: { outcome: 'unknown' },
      message: expect.stringContaining('read it again before repeating it'),
    })
    expect(acknowledged).toBeGreaterThan(0)
    place.leave(50 * megabyte)
    // A server that cannot write its log stops; it may have started again by itself.
    await server.crash().catch(() => undefined)
    await server.restart()
    const { head } = await checkpointer.read('full')
    // Whether the one that failed was written is for the error to tell.
    expect([acknowledged, acknowledged + 1]).toContain(head)
    expect(await numbers(checkpointer)).toEqual(upTo(head))
    const append = { thread: 'full', after: head, lease: token, entries: [note({ number: head + 1 })] }
    await checkpointer.commit({ appends: [append], flush: 'power' })
    await verifyThread(checkpointer, 'full')
    await store.remove()
  },
)
