import { randomUUID } from 'node:crypto'

import { currentOwner } from '@keepup/checkpoint'
import {
  type Checkpointer,
  type Clock,
  KeepupError,
  type Lease,
  type Milliseconds,
  systemClock,
  type ThreadId,
  type Timestamp,
} from '@keepup/core'

import { type MailAddress, mailThread } from './mail-address.ts'
import { notedMailboxes } from './mail-directory.ts'
import { nextToPrune, pruneStep } from './prune-step.ts'

/** Which past of mailboxes is not kept. */
export interface MailPruning {
  readonly checkpointer: Checkpointer
  /** In milliseconds: messages that were done with longer ago. */
  readonly olderThan: Milliseconds
  /** All when left out. */
  readonly addresses?: readonly MailAddress[]
  /** Only tells what would be done. */
  readonly dryRun?: boolean
  readonly clock?: Clock
}

/** What became of a mailbox. */
export interface PrunedMailbox {
  readonly address: MailAddress
  /** Entries that went, or would go. */
  readonly entries: number
  /** Somebody serves it, and does it between two messages. */
  readonly asked: boolean
  /** Why it was left alone: a fork needs its past, somebody erased entries meanwhile, or a newer version wrote it. */
  readonly refused?: KeepupError
}

const leaseTime: Milliseconds = 60_000

/**
 * Replaces what mailboxes did long ago by what it came to, one mailbox after the other: messages that were handled by then are gone for good. Whatever is not handled or
 * is a dead letter stays, whatever its age, and so does that a message was sent before: it is not taken twice. In steps of bounded size, each a commit, so that who is
 * cut off goes on where it was by calling it again. A mailbox that is served is pruned by whoever serves it.
 */
export async function* pruneMailboxes(pruning: MailPruning): AsyncGenerator<PrunedMailbox> {
  const { checkpointer, olderThan, clock = systemClock, dryRun = false } = pruning
  if (!(olderThan >= 0)) {
    throw new KeepupError(
      'input-invalid',
      `Mailboxes cannot be pruned of what is older than ${olderThan}. Give milliseconds from 0.`,
    )
  }
  const before = clock.now() - olderThan
  for (const address of pruning.addresses ?? (await notedMailboxes({ checkpointer, clock }))) {
    const thread = mailThread(address)
    if (dryRun) {
      const next = await nextToPrune({ checkpointer, thread, before }, Infinity)
      yield { address, entries: next?.entries ?? 0, asked: false }
    } else yield { address, ...(await pruneOne({ checkpointer, clock }, thread, before)) }
  }
}

type Parts = Required<Pick<MailPruning, 'checkpointer' | 'clock'>>

async function pruneOne(
  { checkpointer, clock }: Parts,
  thread: ThreadId,
  before: Timestamp,
): Promise<Omit<PrunedMailbox, 'address'>> {
  // Looking needs no lease, and there is seldom anything to do.
  if ((await nextToPrune({ checkpointer, thread, before }, 1)) === undefined)
    return { entries: 0, asked: false }
  let entries = 0
  try {
    await using lease = await take(checkpointer, thread)
    if (lease === undefined) {
      await askHolder({ checkpointer, clock }, thread, before)
      return { entries: 0, asked: true }
    }
    for (;;) {
      const gone = await pruneStep({ checkpointer, thread, lease: lease.token, before, now: clock.now() })
      if (gone === 0) return { entries, asked: false }
      entries += gone
      await lease.renew(leaseTime)
    }
  } catch (error) {
    if (!isRefusal(error)) throw error
    return { entries, asked: false, refused: error }
  }
}

/** Nothing where somebody serves it. */
async function take(checkpointer: Checkpointer, thread: ThreadId): Promise<Lease | undefined> {
  try {
    return await checkpointer.lease(thread, currentOwner(randomUUID()), leaseTime)
  } catch (error) {
    if (KeepupError.is(error, 'lease-held')) return undefined
    throw error
  }
}

async function askHolder({ checkpointer, clock }: Parts, thread: ThreadId, before: Timestamp): Promise<void> {
  const time = clock.now()
  const signal = {
    id: randomUUID(),
    thread,
    channel: 'control',
    type: 'mail-prune',
    time,
    by: 'user',
    data: { before },
  } as const
  await checkpointer.signal([signal], 'process')
}

/** Whether an error of pruning says that this past has to stay, and nothing is wrong with the store. */
export function isRefusal(error: unknown): error is KeepupError {
  return KeepupError.is(error) && refusals.has(error.code)
}

const refusals: ReadonlySet<string> = new Set([
  'checkpoint-conflict',
  'checkpoint-unknown',
  'lease-lost',
  'thread-has-forks',
  'thread-too-new',
  'value-not-storable',
])
