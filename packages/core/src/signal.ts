import type { Timestamp } from './clock.ts'
import type { Actor } from './entry.ts'
import type { SignalId, ThreadId } from './identifiers.ts'
import type { LabelTable } from './label.ts'

/**
 * An ordered lane of signals to one thread. `messages` and `steers` are bounded; `control` and each `answers:APPROVAL` never refuse.
 * Other names are free for packages that carry their own traffic (bounded).
 */
export type Channel = 'messages' | 'steers' | 'control' | `answers:${string}` | (string & {})

/** Durable input from outside a thread's lease holder, accepted at any time from any process. */
export interface NewSignal<Type extends string = string, Data = unknown> {
  readonly id: SignalId
  /** May name a thread that does not exist yet. */
  readonly thread: ThreadId
  readonly channel: Channel
  /** What it is, for its taker: `message`, `steer`, `answer`, `stop`, `interrupt`, `rewind`, `tag`, … */
  readonly type: Type
  readonly time: Timestamp
  readonly by: Actor
  readonly labels?: LabelTable
  readonly data: Data
}

/** A signal that was accepted and not yet taken. */
export interface PendingSignal<Type extends string = string, Data = unknown> extends NewSignal<Type, Data> {
  /** The order of arrival in the thread, growing. */
  readonly position: number
}

/** What became of a sent signal. `full`: the channel holds as many as it may; try again later. */
export type SignalReceipt = 'accepted' | 'duplicate' | 'full'
