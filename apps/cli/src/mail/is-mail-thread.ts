import type { ThreadId } from '@keepup/core'

/** What the threads of mailboxes, topics and agent cards are called in `@keepup/a2a`, which is too much to load for a list. */
const form = /^(?:mail|topic|agent-card):|^(?:mail|agent)-directory$/

/** Whether a thread is a mailbox's, a topic's or a card's, and no agent's: it is shown by `keepup mail`. */
export function isMailThread(thread: ThreadId): boolean {
  return form.test(thread)
}
