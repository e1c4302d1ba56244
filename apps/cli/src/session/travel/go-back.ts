import { restoreFiles, rewindFiles, rewindOrAsk } from '@keepup/checkpoint'
import type { Sequence } from '@keepup/core'

import { usageError } from '../../error-report.ts'
import { readAgent } from '../../read-agent.ts'
import { pickerOf } from '../pickers/picker.ts'
import { hasFiles, promptAt } from '../pickers/positions.ts'
import type { SessionHandle } from '../session-handle.ts'
import { differenceLines } from './difference-lines.ts'
import { viewOf } from './go-to.ts'
import { differenceSince, withKeptFiles } from './kept-files.ts'

/** What goes back: what the agent knows, the files of the folder, or both. */
type Part = 'both' | 'conversation' | 'files'

/** Shows what would change in files by going back to a position. */
export async function previewPosition(session: SessionHandle, at: Sequence): Promise<readonly string[]> {
  const difference = await differenceSince(session, at)
  if (difference === undefined) return [session.paint.dim('no files were kept by then')]
  if (difference.trim() === '') return [session.paint.dim('no file has changed since')]
  return differenceLines(difference.trimEnd(), session.paint, session.width - 2, 12)
}

/** Asks what is to go back to a position that was picked. */
export async function askWhatGoesBack(session: SessionHandle, at: Sequence): Promise<void> {
  const { store, conversation } = session
  if (!(await hasFiles(store.checkpointer, conversation.place.thread, at)))
    return goBack(session, at, 'conversation')
  session.pick(
    'rewind',
    pickerOf('What goes back?', [
      { value: `${at} both`, label: 'Conversation and files', detail: 'as if it had not been said' },
      { value: `${at} conversation`, label: 'Conversation alone', detail: 'the files stay as they are' },
      { value: `${at} files`, label: 'Files alone', detail: 'the agent still knows what it did' },
    ]),
  )
}

/** Goes back as it was picked: a position, and what goes back to it. */
export function goBackAsPicked(session: SessionHandle, picked: string): Promise<void> {
  const [at = '0', part] = picked.split(' ')
  return goBack(session, Number(at), part === 'both' || part === 'files' ? part : 'conversation')
}

/** Goes back to before a prompt, and puts that where the next one is written. */
export async function goBack(session: SessionHandle, at: Sequence, part: Part): Promise<void> {
  const { line, store, conversation } = session
  const { thread } = conversation.place
  if (conversation.running) throw usageError('the agent is at work', 'interrupt it with Esc first')
  const { checkpointer } = store
  const { clock } = line.host
  const { text } = await promptAt(checkpointer, thread, at)
  if (part === 'files') {
    await withKeptFiles(session, (workspace) => restoreFiles(checkpointer, workspace, { thread, at }))
    return session.tell({
      type: 'note',
      tone: 'good',
      text: 'the files are as they were; the agent is not told',
    })
  }
  if (part === 'both') {
    await withKeptFiles(session, (workspace) =>
      rewindFiles({ checkpointer, thread, to: at, workspace, clock }),
    )
  } else await rewindOrAsk({ checkpointer, thread, to: at, clock })
  session.show(viewOf(await readAgent(checkpointer, thread)))
  await conversation.look()
  const files = part === 'both' ? ', and the files with it' : ''
  const tag = `back to before "${text.trim().split('\n')[0] ?? ''}"${files}`
  session.tell({ type: 'note', tone: 'good', text: tag })
  session.write(text)
}
