import { usageError } from '../../error-report.ts'
import { pickerOf } from '../pickers/picker.ts'
import { positionItem, promptPositions } from '../pickers/positions.ts'
import type { SessionHandle } from '../session-handle.ts'
import { previewPosition } from './go-back.ts'

/** Lets a person choose before which prompt to go back, the last one first, with what that would make of the files. */
export async function openPositions(session: SessionHandle): Promise<void> {
  const { conversation, store } = session
  if (conversation.running) throw usageError('the agent is at work', 'interrupt it with Esc first')
  const positions = await promptPositions(store.checkpointer, conversation.place.thread)
  const last = positions.at(-1)
  if (last === undefined) return session.tell({ type: 'note', tone: 'quiet', text: 'nothing was said yet' })
  const picker = pickerOf('Go back to before', positions.map(positionItem), positions.length - 1)
  session.pick('position', { ...picker, preview: await previewPosition(session, last.at) })
}
