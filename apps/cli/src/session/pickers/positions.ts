import { effectiveEntries, filesAt, surveyThread } from '@keepup/checkpoint'
import type { AgentEntry, Checkpointer, Entry, Sequence, ThreadId } from '@keepup/core'

import { usageError } from '../../error-report.ts'
import { clockTime } from '../../terminal/timeline.ts'
import { saidText } from '../view/said-text.ts'
import type { PickerItem } from './picker.ts'

/** A prompt of a thread, and the position right before it. */
export interface PromptPosition {
  /** The last entry before the prompt; 0 for the first one. */
  readonly at: Sequence
  readonly text: string
  readonly time: number
}

/** The prompts that the agent still knows of, oldest first; what was said while it worked is none. */
export async function promptPositions(
  checkpointer: Checkpointer,
  thread: ThreadId,
): Promise<readonly PromptPosition[]> {
  const { entries } = await checkpointer.read(thread)
  const survey = await surveyThread(checkpointer, thread)
  const known = effectiveEntries(survey).map(({ sequence }) => sequence)
  return entries.filter(isPrompt).map(({ sequence, data, time }) => ({
    at: known.findLast((one) => one < sequence) ?? 0,
    text: saidText(data.message),
    time,
  }))
}

/** The prompt behind a position that was picked. */
export async function promptAt(
  checkpointer: Checkpointer,
  thread: ThreadId,
  at: Sequence,
): Promise<PromptPosition> {
  const found = (await promptPositions(checkpointer, thread)).find((position) => position.at === at)
  if (found !== undefined) return found
  throw usageError(`no prompt follows position ${at} any more`, 'choose again: /rewind')
}

/** Whether files were kept that can be brought back to a position. */
export async function hasFiles(checkpointer: Checkpointer, thread: ThreadId, at: Sequence): Promise<boolean> {
  return (await filesAt(checkpointer, thread, at)) !== undefined
}

function isPrompt(entry: Entry): entry is AgentEntry<'user-message'> {
  if (entry.type !== 'user-message' || entry.erased === true) return false
  return (entry.data as AgentEntry<'user-message'>['data']).delivery === 'message' // its type says so
}

/** A prompt in a list. */
export function positionItem({ at, text, time }: PromptPosition): PickerItem {
  return { value: String(at), label: text, detail: clockTime(time).slice(0, 8) }
}
