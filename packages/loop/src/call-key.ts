import { hash } from 'node:crypto'

import type { CallKey, Entry, RunId } from '@keepup/core'

/**
 * The key of the `index`-th call of an assistant message: H(thread, run, sequence of the message, index). The run, which is named once in the world,
 * keeps two stores apart that have a thread of the same name: processes and services know calls by their keys.
 */
export function callKey(assistant: Pick<Entry, 'thread' | 'sequence'>, run: RunId, index: number): CallKey {
  return hash('sha256', JSON.stringify([assistant.thread, run, assistant.sequence, index]), 'hex')
}
