import { forkThread } from '@keepup/checkpoint'

import { usageError } from '../../error-report.ts'
import type { SessionHandle } from '../session-handle.ts'

/** Goes on in a new thread that has this one's past; this one stays as it is. */
export async function forkHere(session: SessionHandle): Promise<void> {
  const { line, store, conversation } = session
  const { thread } = conversation.place
  if (conversation.running) throw usageError('the agent is at work', 'interrupt it with Esc first')
  const { head } = await store.checkpointer.read(thread, { at: 0 })
  if (head === 0) throw usageError('nothing was said yet', 'say something first')
  const to = line.host.newName()
  await forkThread(store.checkpointer, { thread, at: head }, to)
  await conversation.move({ thread: to })
  session.tell({
    type: 'note',
    tone: 'good',
    text: `thread ${to} goes on from here; back to the other one: /resume ${thread}`,
  })
}
