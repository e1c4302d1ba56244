import { forkThread } from '@keepup/checkpoint'

import { usageError } from '../../error-report.ts'
import type { SessionHandle } from '../session-handle.ts'
import { begunThread } from './begun-thread.ts'

/** Goes on in a new thread that has this one's past; this one stays as it is. */
export async function forkHere(session: SessionHandle): Promise<void> {
  const { line, store, conversation } = session
  if (conversation.running) throw usageError('the agent is at work', 'interrupt it with Esc first')
  const thread = await begunThread(session)
  const { head } = await store.checkpointer.read(thread, { at: 0 })
  const to = line.host.newName()
  await forkThread(store.checkpointer, { thread, at: head }, to)
  await conversation.move({ thread: to })
  session.tell({
    type: 'note',
    tone: 'good',
    text: `thread ${to} goes on from here; back to the other one: /resume ${thread}`,
  })
}
