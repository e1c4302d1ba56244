import type { Message } from '@keepup/core'

import type { SizeOf } from './estimate-tokens.ts'

/** The first `replaced` messages give way to `by`. */
export interface Replacement {
  readonly replaced: number
  readonly by: readonly Message[]
}

/** The messages as they are with a replacement, beside what the loop itself adds. */
export function withReplacement(
  messages: readonly Message[],
  { replaced, by }: Replacement,
): readonly Message[] {
  return [...by, ...messages.slice(replaced)]
}

/**
 * Where the latest turns begin: the first place from which the rest takes at most so many tokens, never between a call and its results, and never after the last
 * thing that the model said, whose results it has not seen yet. 0 where nothing comes before.
 */
export function recentFrom(messages: readonly Message[], room: number, size: SizeOf): number {
  let from = messages.findLastIndex(({ role }) => role === 'assistant')
  if (from < 0) return 0
  let left = room - sumFrom(messages, from, size)
  for (let place = from - 1; place >= 0 && left > 0; place -= 1) {
    const message = messages[place]
    left -= message === undefined ? 0 : size(message)
    // Where results are, their call is one further.
    if (left >= 0 && message?.role !== 'tool') from = place
  }
  return from
}

function sumFrom(messages: readonly Message[], from: number, size: SizeOf): number {
  return messages.slice(from).reduce((sum, message) => sum + size(message), 0)
}
