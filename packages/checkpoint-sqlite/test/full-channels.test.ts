import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { currentOwner } from '@keepup/checkpoint'
import { sqliteCheckpointer } from '@keepup/checkpoint-sqlite'
import type { Checkpointer, NewSignal } from '@keepup/core'
import { openSqlite } from '@keepup/database-sqlite'
import { expect, onTestFinished, test } from 'vitest'

const capacity = 5

/** Two connections to one file, as two processes would have. */
async function twoConnections(): Promise<readonly [Checkpointer, Checkpointer]> {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-full-'))
  const databases = [await openSqlite(join(folder, 's.db')), await openSqlite(join(folder, 's.db'))] as const
  onTestFinished(async () => {
    for (const database of databases) await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const [one, other] = databases
  return [sqliteCheckpointer(one, { capacity }), sqliteCheckpointer(other, { capacity })]
}

function message(id: string, channel: string = 'messages'): NewSignal {
  return { id, thread: 't', channel, type: 'message', time: 1, by: 'user', data: { id } }
}

test('a channel is full for one connection with what another one sent', async () => {
  const [one, other] = await twoConnections()
  expect(await one.signal([message('a')], 'process')).toEqual(['accepted'])
  expect(
    await other.signal(
      ['b', 'c', 'd'].map((id) => message(id)),
      'process',
    ),
  ).toHaveLength(3)
  expect(await one.signal([message('e'), message('f')], 'process')).toEqual(['accepted', 'full'])
  expect(await other.signal([message('g')], 'process')).toEqual(['full'])
  expect(await one.pending('t')).toHaveLength(capacity)
})

test('room is found again after signals were taken, and after a commit that sent some was undone', async () => {
  const [one] = await twoConnections()
  const lease = await one.lease('t', currentOwner('taker'), 60_000)
  const ids = ['a', 'b', 'c', 'd', 'e']
  await one.signal(
    ids.map((id) => message(id)),
    'process',
  )
  expect(await one.signal([message('f')], 'process')).toEqual(['full'])
  const entry = { type: 'taken', version: 1, critical: false, time: 1, by: 'runtime', data: null }
  const take = (after: number, takes: readonly string[]) =>
    ({ thread: 't', after, lease: lease.token, entries: [entry], takes }) as const
  await one.commit({ appends: [take(0, ['a', 'b'])], flush: 'process' })

  // Takes what room there is, then fails for the append that follows another head.
  const undone = { appends: [take(7, [])], signals: [message('g'), message('h')], flush: 'process' } as const
  await expect(one.commit(undone)).rejects.toMatchObject({ code: 'checkpoint-conflict' })
  const tooMany = ['f', 'g', 'h'].map((id) => message(id))
  await expect(one.commit({ appends: [], signals: tooMany, flush: 'process' })).rejects.toMatchObject({
    code: 'database-busy',
  })
  expect(await one.signal(tooMany, 'process')).toEqual(['accepted', 'accepted', 'full'])
  expect(await one.signal([message('other', 'steers')], 'process')).toEqual(['accepted'])
})

test('a watcher that comes late finds what waits, and then each that comes once', async () => {
  const [one, other] = await twoConnections()
  await one.signal([message('a'), { ...message('x'), thread: 'another' }], 'process')
  const stop = new AbortController()
  const seen: string[] = []
  for await (const found of one.watch('t', { signal: stop.signal })) {
    if ('signal' in found) seen.push(found.signal.id)
    if (seen.length === 1) {
      await other.signal([message('b'), { ...message('y'), thread: 'another' }], 'process')
      await one.signal([message('c')], 'process')
    }
    if (seen.length === 3) stop.abort()
  }
  expect(seen).toEqual(['a', 'b', 'c'])
})

test('who watches for signals alone gets each of its own, among many that are for others', async () => {
  const [one, other] = await twoConnections()
  const stop = new AbortController()
  const seen: string[] = []
  const watching = (async () => {
    for await (const found of one.watch('t', { after: 2 ** 32 - 1, signal: stop.signal })) {
      seen.push('signal' in found ? found.signal.id : 'an entry')
      if (seen.length === 20) stop.abort()
    }
  })()
  for (let index = 0; index < 20; index += 1) {
    const by = index % 3 === 0 ? other : one
    await by.signal([{ ...message(`x${index}`), thread: `another ${index}` }], 'process')
    await by.signal([message(`${index}`, `channel ${index}`)], 'process')
  }
  await watching
  expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => `${index}`))
})
