import type { Effect, JsonValue } from '@keepup/core'

import { type DefenceState, initialDefenceState } from '../observe/defence-state.ts'

/** A call that has no outcome yet. */
export interface OpenCall {
  readonly tool: string
  readonly input: JsonValue
  /** What it touches, as it was recorded when it began. */
  readonly effects?: readonly Effect[]
}

/** What the defence knows of one thread: what was said and given back, and the calls that are under way. */
export interface ThreadDefence {
  readonly seen: DefenceState
  readonly open: ReadonlyMap<string, OpenCall>
}

/** A thread in which nothing happened. */
export const initialThreadDefence: ThreadDefence = Object.freeze({
  seen: initialDefenceState,
  open: new Map<string, OpenCall>(),
})
