import { isOwnerDead, readState } from '@keepup/checkpoint'
import type { Owner, PendingSignal, ThreadId } from '@keepup/core'

import { addressOfThread, type MailAddress, mailThread } from './mail-address.ts'
import { notedMailboxes } from './mail-directory.ts'
import type { MailParts } from './mail-parts.ts'
import { senderOf } from './mail-signal.ts'
import type { MailboxState } from './mailbox-fold.ts'
import { mailboxFold } from './mailbox-fold.ts'
import type { ListedMailbox, MailboxReport, WaitingMail } from './mailboxes.ts'

/** What is in a mailbox, held by somebody or not. */
export async function readMailbox(parts: MailParts, address: MailAddress): Promise<MailboxReport> {
  const { state, waiting } = await look(parts, mailThread(address))
  const { open, dead, received, handled, expired } = state
  const topics = Object.keys(state.topics).toSorted()
  return { address, waiting: waiting.map(waitingMail), open, dead, topics, received, handled, expired }
}

/** All mailboxes, by address. Those of clients, which go with them, are left out. */
export async function listMailboxes(parts: MailParts): Promise<readonly ListedMailbox[]> {
  const owners = new Map<MailAddress, Owner>()
  for await (const { thread, owner } of parts.checkpointer.threads()) {
    const address = addressOfThread(thread)
    if (address !== undefined && owner !== undefined && !isOwnerDead(owner)) owners.set(address, owner)
  }
  const addresses = (await notedMailboxes(parts)).filter((address) => !address.startsWith('client/'))
  const listed: ListedMailbox[] = []
  for (const address of addresses) {
    const { state, waiting } = await look(parts, mailThread(address))
    const owner = owners.get(address)
    listed.push({
      address,
      waiting: waiting.length,
      open: state.open.length,
      dead: state.dead.length,
      handled: state.handled,
      ...(owner === undefined ? {} : { owner }),
    })
  }
  return listed
}

async function look(
  { checkpointer }: MailParts,
  thread: ThreadId,
): Promise<{ readonly state: MailboxState; readonly waiting: readonly PendingSignal[] }> {
  // Signals first: what is taken in between shows twice rather than not at all.
  const pending = await checkpointer.pending(thread)
  const { state } = await readState(checkpointer, thread, mailboxFold)
  return { state, waiting: pending.filter(({ channel }) => channel === 'messages') }
}

function waitingMail(signal: PendingSignal): WaitingMail {
  const from = senderOf(signal)
  return { id: signal.id, sent: signal.time, ...(from === undefined ? {} : { from }) }
}
