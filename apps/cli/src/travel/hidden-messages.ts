import { isDeepStrictEqual } from 'node:util'

import type { Checkpointer, Message, Sequence } from '@keepup/core'

import { readAgent } from '../read-agent.ts'
import type { FoundPlace } from './find-place.ts'

/** What one rewind hid of a conversation. */
export interface HiddenMessages {
  /** The rewind's own entry. */
  readonly sequence: Sequence
  readonly to: Sequence
  readonly messages: readonly Message[]
}

/** The messages that the rewinds up to a position hid, oldest rewind first, as far as they can still be read. */
export async function hiddenMessages(
  checkpointer: Checkpointer,
  { thread, survey, at }: FoundPlace,
): Promise<readonly HiddenMessages[]> {
  const oldest = survey.entries[0]?.sequence ?? 1
  const rewinds = survey.lines
    .flatMap((line) => line.rewinds)
    .filter(({ sequence }) => sequence <= at && sequence > oldest)
    .toSorted((one, other) => one.sequence - other.sequence)
  const hidden: HiddenMessages[] = []
  for (const { sequence, to } of rewinds) {
    const before = [...(await readAgent(checkpointer, thread, sequence - 1)).messages]
    const after = [...(await readAgent(checkpointer, thread, sequence)).messages]
    const differs = before.findIndex((message, index) => !isDeepStrictEqual(message, after[index]))
    if (differs !== -1) hidden.push({ sequence, to, messages: before.slice(differs) })
  }
  return hidden
}
