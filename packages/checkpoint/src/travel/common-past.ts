import type { Origin, ThreadId } from '@keepup/core'

import { effectiveEntries, type SurveyedEntry, type ThreadSurvey } from './survey-thread.ts'

/** The histories of several positions, as far as they are the same. */
export interface CommonPast {
  /** The last entry that all of them hold, by the thread that it is stored under; `undefined` where they share nothing. */
  readonly last?: Origin
  /** How many entries they share. */
  readonly entries: number
}

/** How much of their effective histories positions share. O(entries). */
export function commonPast(
  positions: readonly { readonly survey: ThreadSurvey; readonly at: number }[],
): CommonPast {
  const [first = [], ...others] = positions.map(({ survey, at }) => effectiveEntries(survey, at))
  const isShared = (entry: SurveyedEntry, index: number): boolean =>
    others.every((history) => isSame(history[index], entry))
  const differs = first.findIndex((entry, index) => !isShared(entry, index))
  const entries = differs === -1 ? first.length : differs
  const last = first[entries - 1]
  return last === undefined ? { entries } : { entries, last: originOf(last) }
}

function originOf({ thread, sequence }: { readonly thread: ThreadId; readonly sequence: number }): Origin {
  return { thread, at: sequence }
}

function isSame(one: SurveyedEntry | undefined, other: SurveyedEntry): boolean {
  return one?.thread === other.thread && one.sequence === other.sequence
}
