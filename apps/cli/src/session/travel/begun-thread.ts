import type { ThreadId } from '@keepup/core'

import { usageError } from '../../error-report.ts'
import type { SessionHandle } from '../session-handle.ts'

/** The thread of a session, once something was said in it. Fails `input-invalid` before that. */
export async function begunThread({ store, conversation }: SessionHandle): Promise<ThreadId> {
  const { thread } = conversation.place
  const { head } = await store.checkpointer.read(thread, { at: 0 })
  if (head > 0) return thread
  throw usageError('nothing was said here yet', 'say something first')
}
