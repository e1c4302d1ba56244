import { hash } from 'node:crypto'

import type { CallKey, Entry } from '@keepup/core'

/** The key of the `index`-th call of an assistant message: H(thread, sequence of the message, index). */
export function callKey(assistant: Pick<Entry, 'thread' | 'sequence'>, index: number): CallKey {
  return hash('sha256', JSON.stringify([assistant.thread, assistant.sequence, index]), 'hex')
}
