import { randomUUID } from 'node:crypto'

import {
  type Answer,
  type LabelTable,
  lostLabel,
  type NewId,
  type NewSignal,
  systemClock,
  type ThreadId,
  trustedLabel,
  type UserMessage,
} from '@keepup/core'

/** Who sends a signal, and what makes it the same when it is sent again. */
export interface SignalOptions {
  readonly id?: string
  /** `user` when left out. */
  readonly by?: string
  /** Where the words came from. Left out, the user's are trusted; anybody else's have lost their provenance, which is the most restrictive label. */
  readonly labels?: LabelTable
  readonly newId?: NewId
  readonly time?: number
}

/** Says something to an agent once it has finished what it does. */
export function message(
  thread: ThreadId,
  content: string | UserMessage['content'],
  options?: SignalOptions,
): NewSignal {
  return create(thread, 'messages', 'message', { message: userMessage(content) }, options)
}

/** Says something to an agent before its next turn. */
export function steer(
  thread: ThreadId,
  content: string | UserMessage['content'],
  options?: SignalOptions,
): NewSignal {
  return create(thread, 'steers', 'steer', { message: userMessage(content) }, options)
}

/** Asks a run to wrap up: it gets one more turn, without tools. */
export function stop(thread: ThreadId, reason: string, options?: SignalOptions): NewSignal {
  return create(thread, 'control', 'stop', { reason }, options)
}

/** Interrupts a run: what is under way is aborted and recorded. */
export function interrupt(thread: ThreadId, reason: string, options?: SignalOptions): NewSignal {
  return create(thread, 'control', 'interrupt', { reason }, options)
}

/** Answers an approval. The first answer counts. */
export function answer(thread: ThreadId, given: Omit<Answer, 'by'>, options?: SignalOptions): NewSignal {
  return create(thread, `answers:${given.approval}`, 'answer', given, options)
}

function userMessage(content: string | UserMessage['content']): UserMessage {
  return { role: 'user', content: typeof content === 'string' ? [{ type: 'text', text: content }] : content }
}

function create(
  thread: ThreadId,
  channel: string,
  type: string,
  data: unknown,
  { id, by = 'user', labels, newId = randomUUID, time = systemClock.now() }: SignalOptions = {},
): NewSignal {
  const otherwise = by === 'user' ? { ...trustedLabel, sources: ['user'] } : lostLabel
  return {
    id: id ?? newId(),
    thread,
    channel,
    type,
    time,
    by,
    labels: labels ?? { default: otherwise },
    data,
  }
}
