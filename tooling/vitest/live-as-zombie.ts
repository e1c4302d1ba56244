import { currentOwner, encodeValue, openThread } from '@keepup/checkpoint'
import { type Checkpointer, type Fold, KeepupError } from '@keepup/core'

import { note } from './entries.ts'

/** Lists what was said. */
export const said: Fold<readonly unknown[]> = {
  id: 'said',
  version: 1,
  initial: [],
  apply: (state, { data }) => [...state, data],
}

/** How long the zombie's lease lasts without renewal, in milliseconds. */
export const zombieLease = 2_000

/**
 * Holds `thread` and says so. On SIGUSR2 it tries everything that a holder may do, prints what came of each, and ends. A test stops it in between past its
 * lease and lets somebody else have the thread.
 */
export async function liveAsZombie(checkpointer: Checkpointer): Promise<void> {
  const woken = new Promise<void>((wake) => process.once('SIGUSR2', () => wake()))
  // Nothing else keeps the process alive while it waits.
  const alive = setInterval(() => undefined, 1_000)
  const held = await openThread({
    checkpointer,
    thread: 'thread',
    fold: said,
    owner: currentOwner('zombie'),
    ttl: zombieLease,
    snapshotAfter: 1,
  })
  await held.append([note('the zombie, alive')])
  console.log('holding')
  await woken
  const { token: lease } = held
  const append = { thread: 'thread', lease, entries: [note('the zombie')] }
  const snapshot = { fold: said, at: 1, bytes: encodeValue(['a lie']) }
  const pruning = { thread: 'thread', lease, through: 1, fold: said, state: ['a lie'], time: 1 }
  const deeds: Readonly<Record<string, () => Promise<unknown>>> = {
    append: () => held.append([note('the zombie')]),
    finish: () => held.append([note('the zombie', { type: 'run-finished' })], { flush: 'power' }),
    take: () => held.append([note('the zombie')], { takes: ['signal'] }),
    'append at the old head': () =>
      checkpointer.commit({ appends: [{ ...append, after: 1 }], flush: 'process' }),
    'append at the new head': () =>
      checkpointer.commit({ appends: [{ ...append, after: 2 }], flush: 'process' }),
    snapshot: () => checkpointer.snapshot('thread', snapshot, lease),
    prune: () => checkpointer.prune(pruning),
    'lease again': () => checkpointer.lease('thread', currentOwner('zombie'), zombieLease),
    release: async () => held[Symbol.asyncDispose](),
  }
  for (const [name, deed] of Object.entries(deeds)) console.log(`${name}: ${await outcomeOf(deed)}`)
  clearInterval(alive)
}

async function outcomeOf(deed: () => Promise<unknown>): Promise<string> {
  try {
    await deed()
    return 'done'
  } catch (error) {
    if (KeepupError.is(error)) return error.code
    throw error
  }
}
