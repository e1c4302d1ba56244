import type { NewEntry } from './entry.ts'
import type { MessageList, UserMessage } from './message.ts'

/** What a context policy is told before a model call. */
export interface ContextSituation {
  readonly system: string
  readonly messages: MessageList
  /** What was last asked of the agent, by a person or whoever speaks for one; hooks may have kept it from `messages`. Left out where that is not known. */
  readonly request?: UserMessage
  /** Tokens the prompt is estimated to have. */
  readonly estimate: number
  /** Tokens prompt and answer may have together. */
  readonly window: number
  readonly signal: AbortSignal
}

/** Decides what the model is shown when the window fills. Returns the entries that make it so (compaction, masking), or none. */
export interface ContextPolicy {
  (situation: ContextSituation): Promise<readonly NewEntry[]>
  /**
   * Whether there is anything to do at such a fill, both in tokens. Pure, and asked before every turn, so that nothing is waited for where there is not. Left out,
   * there always may be.
   */
  isDue?(estimate: number, window: number): boolean
  /**
   * In tokens: the window that it goes by where that of the model is not known. Left out, it is not asked for such a model until a provider says that a prompt was too long: then
   * that prompt's estimate is the window.
   */
  readonly assumedWindow?: number
}
