import type { SessionHandle } from '../session-handle.ts'
import { differenceLines } from './difference-lines.ts'
import { differenceSince } from './kept-files.ts'

/** So many lines are printed. */
const most = 400

/** Shows how the files of now differ from those before the thread began to change any. */
export async function showChanges(session: SessionHandle): Promise<void> {
  const difference = await differenceSince(session, 0)
  if (difference === undefined || difference.trim() === '') {
    const text =
      difference === undefined
        ? 'this thread has changed no files'
        : 'the files are as they were before this thread'
    return session.tell({ type: 'note', tone: 'quiet', text })
  }
  session.tell({
    type: 'lines',
    lines: differenceLines(difference.trimEnd(), session.paint, session.width, most),
  })
}
