import { setTimeout as sleep } from 'node:timers/promises'

import { encodeValue, readState } from '@keepup/checkpoint'
import { type Checkpointer, KeepupError, type Lease } from '@keepup/core'
import { expect } from 'vitest'

import type { Program } from './child-process.ts'
import { control, note, stranger } from './entries.ts'
import { said } from './live-as-zombie.ts'

/** Stops a process of `liveAsZombie` past its lease, takes its thread, lets it go on, and sees that it can do nothing and the new holder everything. */
export async function outliveZombie(zombie: Program, checkpointer: Checkpointer): Promise<void> {
  while (!zombie.lines.includes('holding')) {
    if (zombie.process.exitCode !== null) throw new Error((await zombie.ended).complaint)
    await sleep(5)
  }
  await checkpointer.signal([control('thread', 'signal')], 'process')
  zombie.process.kill('SIGSTOP')
  // Who is stopped is not dead: the lease has to expire.
  await expect(checkpointer.lease('thread', stranger, 60_000)).rejects.toMatchObject({ code: 'lease-held' })
  const holder = await leaseOnceFree(checkpointer)
  const append = async (after: number, text: string): Promise<void> => {
    const request = { thread: 'thread', after, lease: holder.token, entries: [note(text)] }
    await checkpointer.commit({ appends: [request], flush: 'process' })
  }
  await append(1, 'the new holder')
  zombie.process.kill('SIGUSR2')
  zombie.process.kill('SIGCONT')
  expect(await zombie.ended).toEqual({ code: 0, complaint: '' })
  expect(Object.fromEntries(zombie.lines.slice(1).map((line) => line.split(': ')))).toEqual({
    append: 'lease-lost',
    finish: 'lease-lost',
    take: 'lease-lost',
    'append at the old head': 'lease-lost',
    'append at the new head': 'lease-lost',
    snapshot: 'lease-lost',
    prune: 'lease-lost',
    'lease again': 'lease-held',
    release: 'done',
  })
  await expect(
    checkpointer.lease('thread', { ...stranger, instance: 'third' }, 60_000),
  ).rejects.toMatchObject({
    code: 'lease-held',
  })
  await append(2, 'the new holder again')
  await holder.renew(60_000)
  const history = ['the zombie, alive', 'the new holder', 'the new holder again']
  expect((await readState(checkpointer, 'thread', said)).state).toEqual(history)
  expect((await checkpointer.pending('thread')).map(({ id }) => id)).toEqual(['signal'])
  // The control: what was refused to the zombie is done for who holds the thread.
  await checkpointer.snapshot('thread', { fold: said, at: 3, bytes: encodeValue(history) }, holder.token)
  await checkpointer.prune({
    thread: 'thread',
    lease: holder.token,
    through: 1,
    fold: said,
    state: history.slice(0, 1),
    time: 1,
  })
  expect((await readState(checkpointer, 'thread', said)).state).toEqual(history)
  await holder.release()
}

async function leaseOnceFree(checkpointer: Checkpointer): Promise<Lease> {
  for (;;) {
    try {
      return await checkpointer.lease('thread', stranger, 60_000)
    } catch (error) {
      if (!KeepupError.is(error, 'lease-held')) throw error
    }
    await sleep(50)
  }
}
