import type { PromptText } from '../matching/prompt-text.ts'
import { LeafIndex } from './leaf-index.ts'

/** Everything that decisions depend on: a fold over what the user said and what tools gave back. A value, never changed once made. */
export interface DefenceState {
  /** What the user said, in order. */
  readonly prompts: readonly PromptText[]
  readonly leaves: LeafIndex
  /** Free text of others was read: from here on, the model may be saying what they want. */
  readonly exposed: boolean
  /** Something confidential was read. */
  readonly private: boolean
  /** Something confidential was read by a call that the user's words did not direct. */
  readonly strayed: boolean
  /** Values that the agent wrote after it was exposed, without authority: they gain none by being read back. */
  readonly written: ReadonlySet<string>
}

/** Nothing was said yet. */
export const initialDefenceState: DefenceState = Object.freeze({
  prompts: Object.freeze([]),
  leaves: LeafIndex.empty,
  exposed: false,
  private: false,
  strayed: false,
  written: new Set<string>(),
})
