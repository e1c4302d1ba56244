import type { NewEntry } from './entry.ts'
import type { MessageList } from './message.ts'

/** What a context policy is told before a model call. */
export interface ContextSituation {
  readonly system: string
  readonly messages: MessageList
  /** Tokens the prompt is estimated to have. */
  readonly estimate: number
  /** Tokens prompt and answer may have together. */
  readonly window: number
  readonly signal: AbortSignal
}

/** Decides what the model is shown when the window fills. Returns the entries that make it so (compaction, masking), or none. */
export type ContextPolicy = (situation: ContextSituation) => Promise<readonly NewEntry[]>
