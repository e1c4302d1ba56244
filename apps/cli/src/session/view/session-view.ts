import type { CallKey, ThreadId, Timestamp } from '@keepup/core'

import { noProgress, type Progress } from '../../terminal/progress.ts'
import type { Block } from './block.ts'

/** A call that is under way. */
export interface LiveCall {
  readonly key: CallKey
  readonly tool: string
  readonly input: unknown
  readonly since: Timestamp
  /** The end of what it has told so far. */
  readonly tail: string
}

/** An agent that this one started and that has not ended. */
export interface LiveAgent {
  readonly agent: ThreadId
  readonly role: string
  readonly background: boolean
}

/** Words on their way to a run. */
export interface QueuedWords {
  readonly id: string
  readonly text: string
}

/** Everything that a person sees of an agent's thread: a fold of its events, without a terminal. */
export interface SessionView {
  readonly running: boolean
  /** When the present run was begun here. */
  readonly since: Timestamp
  readonly progress: Progress
  /** Tokens of the latest prompt, and how many the model takes, where that is known. */
  readonly prompt: number
  readonly window?: number
  /** The answer that is being written: what is printed of it already, and the rest. */
  readonly text: { readonly stream: string; readonly printed: string; readonly open: string }
  /** The end of what the model is thinking aloud. */
  readonly thought: string
  readonly calls: readonly LiveCall[]
  readonly agents: readonly LiveAgent[]
  readonly queued: readonly QueuedWords[]
  /** What is over and not printed yet. */
  readonly blocks: readonly Block[]
}

/** What the view is told besides what happens to the agent. */
export type SessionEvent =
  | { readonly type: 'begun'; readonly time: Timestamp }
  | { readonly type: 'stood' }
  | { readonly type: 'queued'; readonly words: QueuedWords }
  | { readonly type: 'told'; readonly block: Block }
  | { readonly type: 'printed' }

/** Nothing happened yet. */
export const emptyView: SessionView = {
  running: false,
  since: 0,
  progress: noProgress,
  prompt: 0,
  text: { stream: '', printed: '', open: '' },
  thought: '',
  calls: [],
  agents: [],
  queued: [],
  blocks: [],
}
