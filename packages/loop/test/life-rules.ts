import { type AgentEvent, covers, type Entry, joinLabels, joinTable, trustedLabel } from '@keepup/core'
import { expect } from 'vitest'

import type { witnessed } from './message-rules.ts'

const isMarker = (text: string): boolean => text.includes('[summary]')

/** Within one process, every prompt is the beginning of the next, unless the history or the instructions were changed by a recorded decision. */
export function checkPrefixes(
  requests: ReturnType<typeof witnessed>['requests'],
  events: readonly AgentEvent[],
): void {
  const changed = events.some(({ type }) => type === 'thread-rewound')
  if (changed) return
  for (const [index, request] of requests.entries()) {
    const before = requests[index - 1]
    if (before === undefined) continue
    expect(request.prefix).toBe(before.prefix)
    const compacted =
      request.messages.filter(isMarker).length > 0 && request.messages[0] !== before.messages[0]
    const shorter = request.messages.length < before.messages.length
    if (compacted || shorter || isMarker(request.messages[0] ?? '')) continue
    expect(request.messages.slice(0, before.messages.length)).toEqual(before.messages)
  }
}

/** What the model was shown at the time of each of its answers, told from the labels of the entries: never less than all of them. */
export function checkLabels(entries: readonly Entry[]): void {
  let shown = trustedLabel
  for (const entry of entries) {
    if (entry.type === 'thread-rewound') return
    if (entry.type === 'signal-declined') continue
    if (['assistant-message', 'tool-started', 'run-finished'].includes(entry.type)) {
      expect(entry.labels, `${entry.sequence} ${entry.type}`).toBeDefined()
      expect(covers(entry.labels?.default ?? trustedLabel, shown), `${entry.sequence} ${entry.type}`).toBe(
        true,
      )
    }
    if (entry.labels !== undefined) shown = joinLabels(shown, joinTable(entry.labels))
  }
}
