import { usageError } from '../../error-report.ts'
import { hasFiles, promptPositions } from '../pickers/positions.ts'
import type { SessionHandle } from '../session-handle.ts'
import { goBack } from './go-back.ts'

/** Takes the last prompt back, with what it changed in files where that was kept. */
export async function undoLast(session: SessionHandle): Promise<void> {
  const { checkpointer } = session.store
  const { thread } = session.conversation.place
  const last = (await promptPositions(checkpointer, thread)).at(-1)
  if (last === undefined) throw usageError('nothing was said yet', 'there is nothing to take back')
  const files = await hasFiles(checkpointer, thread, last.at)
  await goBack(session, last.at, files ? 'both' : 'conversation')
}
