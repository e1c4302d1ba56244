import type { NewEntry, PendingSignal } from '@keepup/core'

import { isAddress } from './mail-address.ts'
import { type FollowedData, mailboxEntry, type PruningData, type RedrivenData } from './mailbox-entries.ts'
import type { Tenure } from './tenure.ts'

/** Does what the mailbox is told: follow a topic or leave it, redrive or discard dead letters, prune what is old. What it does not know it declines. */
export async function heedControls(tenure: Tenure): Promise<void> {
  const { source, thread, parts, settler } = tenure
  const controls = source.controls.splice(0)
  if (controls.length === 0) return
  // A letter that dies just now is meant as well.
  await settler.settled()
  const entries = controls.map((signal) => entryOf(signal, parts.clock.now()))
  await thread.append(entries, { flush: parts.flush, takes: controls.map(({ id }) => id) })
  for (const { type, data } of controls) {
    if (type === 'mail-prune' && isPruning(data))
      tenure.pruneBefore = Math.max(data.before, tenure.pruneBefore ?? 0)
  }
  source.follow(thread.state.topics)
}

function entryOf(signal: PendingSignal, now: number): NewEntry {
  const { id, type, data } = signal
  const header = { cause: id }
  if (type === 'mail-follow' && isFollowed(data)) return mailboxEntry('mail/followed', now, data, header)
  if (type === 'mail-redrive' && isRedriven(data)) return mailboxEntry('mail/redriven', now, data, header)
  if (type === 'mail-prune' && isPruning(data)) return mailboxEntry('mail/pruning', now, data, header)
  return mailboxEntry(
    'mail/declined',
    now,
    { id, reason: 'This version does not know what it asks for' },
    header,
  )
}

function isFollowed(data: unknown): data is FollowedData {
  if (typeof data !== 'object' || data === null || !('topic' in data) || !isAddress(data.topic)) return false
  return !('after' in data) || Number.isSafeInteger(data.after)
}

function isRedriven(data: unknown): data is RedrivenData {
  if (typeof data !== 'object' || data === null || !('discard' in data)) return false
  if (typeof data.discard !== 'boolean') return false
  return !('ids' in data) || (Array.isArray(data.ids) && data.ids.every((id) => typeof id === 'string'))
}

function isPruning(data: unknown): data is PruningData {
  return typeof data === 'object' && data !== null && 'before' in data && Number.isSafeInteger(data.before)
}
