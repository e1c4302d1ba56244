import type {
  AgentEntryData,
  CallKey,
  Message,
  Sequence,
  ThreadId,
  Timestamp,
  ToolDefinition,
} from '@keepup/core'

import type { TraceMoment, TracePlace } from './trace-span.ts'

/** A run that has begun and not ended. */
export interface OpenRun extends TracePlace {
  readonly parent?: TracePlace
  readonly id: string
  readonly start: Timestamp
  readonly model: string
  readonly moments: TraceMoment[]
  models: number
  tools: number
  /** What was asked of it first. */
  asked?: Message
}

/** A call of the model that was not answered yet. */
export interface OpenModelCall {
  readonly data: AgentEntryData['model-called']
  readonly sequence: Sequence
  readonly start: Timestamp
  /** When its first word came, where somebody watched. */
  first?: Timestamp
}

/** A call of a tool, from the first that is known of it. */
export interface OpenToolCall {
  readonly sequence: Sequence
  readonly start: Timestamp
  readonly tool: string
  attempts: number
  asked?: Timestamp
  answered?: Timestamp
  allowed?: boolean
  rule?: string
}

/** What is known of a thread while it is told: only what is open, so that a long thread costs no more than a short one. */
export interface ThreadStory {
  readonly thread: ThreadId
  run?: OpenRun
  call?: OpenModelCall
  readonly tools: Map<CallKey, OpenToolCall>
  role?: string
  /** The agent that a person started, to whose tree this one belongs. */
  root?: ThreadId
  instructions?: { readonly system: string; readonly tools: readonly ToolDefinition[] }
  /** What was said since the model was last asked; kept only where content is told. */
  news: Message[]
  compacted: boolean
  /** The inputs of calls that the model asked for; kept only where content is told. */
  readonly inputs: Map<string, unknown>
}

/** A thread of which nothing is known. */
export function newStory(thread: ThreadId): ThreadStory {
  return { thread, tools: new Map(), news: [], compacted: false, inputs: new Map() }
}
