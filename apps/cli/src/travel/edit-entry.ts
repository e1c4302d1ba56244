import { isDeepStrictEqual } from 'node:util'

import type { ArtifactHash, Message, NewEntry, Timestamp } from '@keepup/core'
import type { AgentState } from '@keepup/loop'

import { usageError } from '../error-report.ts'

/** Whether the conversation of a state may be edited. Fails `input-invalid` in the middle of a turn, naming a position that will do. */
export function checkEditable({ turn }: AgentState): void {
  if (turn === undefined) return
  throw usageError(
    'calls of a turn are not finished there, so the conversation cannot be edited',
    `take a position before the turn (${turn.assistant - 1}), or after it`,
  )
}

/** The entry that makes a state's conversation another one: what is different gives way, what is the same behind it stays. Fails `input-invalid` where nothing is. */
export function editEntry(state: AgentState, edited: readonly Message[], time: Timestamp): NewEntry {
  const messages = [...state.messages]
  if (isDeepStrictEqual(messages, edited))
    throw usageError('nothing was changed', 'change a message, or fork without --edit')
  let same = 0
  while (same < Math.min(messages.length, edited.length) && isSameFromEnd(messages, edited, same)) same += 1
  const by = edited.slice(0, edited.length - same)
  const artifacts = [...new Set(by.flatMap(artifactsOf))]
  return {
    type: 'context-compacted',
    version: 1,
    critical: true,
    time,
    by: 'user',
    // The words of a person stand among words from elsewhere: all of it counts as what it was.
    labels: { default: state.exposure },
    ...(artifacts.length === 0 ? {} : { artifacts }),
    data: { replaced: messages.length - same, by },
  }
}

function isSameFromEnd(messages: readonly Message[], edited: readonly Message[], same: number): boolean {
  return isDeepStrictEqual(messages.at(-1 - same), edited.at(-1 - same))
}

function artifactsOf({ content }: Message): readonly ArtifactHash[] {
  return content.flatMap((part) => {
    const inner = part.type === 'tool-result' ? part.content : [part]
    return inner.flatMap((one) =>
      one.type === 'file' && 'artifact' in one.source ? [one.source.artifact] : [],
    )
  })
}
