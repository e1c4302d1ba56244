import {
  type Checkpoint,
  type Checkpointer,
  type Clock,
  KeepupError,
  type Lease,
  type NewEntry,
  type NewSignal,
  type Owner,
  type SignalId,
  systemClock,
  type ThreadId,
  trustedLabel,
} from '@keepup/core'

import { currentOwner } from '../owner.ts'

/** How a change of a thread came about: it was written, or whoever runs the thread was asked for it by a signal, which survives a kill. */
export type Changed =
  | { readonly type: 'done'; readonly checkpoint: Checkpoint }
  | { readonly type: 'asked'; readonly signal: SignalId }

/** An entry for a thread that nobody runs, and the signal for one that somebody runs. */
export interface Change {
  readonly checkpointer: Checkpointer
  readonly thread: ThreadId
  readonly entry: NewEntry
  /** The type of the signal on `control`; its data is the entry's. */
  readonly signal: string
  /** This process when left out. */
  readonly owner?: Owner
  readonly clock?: Clock
}

const tries = 5
const pause = 40

/** Appends an entry under a lease of its own, or sends the signal that asks for it. Durable against a loss of power either way. Fails `thread-unknown`. */
export async function appendOrAsk(change: Change): Promise<Changed> {
  const lease = await takeShortLease(change)
  if (lease === undefined) return ask(change)
  await using held = lease
  const { checkpointer, thread, entry } = change
  const { head } = await checkpointer.read(thread, { at: 0 })
  if (head === 0) throw new KeepupError('thread-unknown', `There is no thread ${thread}.`)
  const appends = [{ thread, after: head, lease: held.token, entries: [entry] }]
  const [checkpoint] = await checkpointer.commit({ appends, flush: 'power' })
  if (checkpoint !== undefined) return { type: 'done', checkpoint }
  throw new KeepupError('internal', `A commit to thread ${thread} gave no checkpoint.`)
}

/** Another change like this one holds the lease for moments; a run holds it for longer. */
async function takeShortLease(change: Change): Promise<Lease | undefined> {
  const { checkpointer, thread, clock = systemClock } = change
  const owner = change.owner ?? currentOwner(crypto.randomUUID())
  for (let left = tries; left > 0; left -= 1) {
    try {
      return await checkpointer.lease(thread, owner, 10_000)
    } catch (error) {
      if (!KeepupError.is(error, 'lease-held')) throw error
    }
    if (left > 1) await clock.sleep(pause)
  }
  return undefined
}

async function ask({ checkpointer, thread, entry, signal }: Change): Promise<Changed> {
  const { time, by, data } = entry
  const labels = { default: { ...trustedLabel, sources: [by] } }
  const sent: NewSignal = {
    id: crypto.randomUUID(),
    thread,
    channel: 'control',
    type: signal,
    time,
    by,
    labels,
    data,
  }
  await checkpointer.signal([sent], 'power')
  return { type: 'asked', signal: sent.id }
}
