import { hash } from 'node:crypto'

import type { CallKey, Hash, ThreadId } from '@keepup/core'

/** The thread of the agent that a call starts: the same whenever the call is run again, so that it is found after a crash. */
export function agentId(parent: ThreadId, key: CallKey): ThreadId {
  return hash('sha256', JSON.stringify([parent, key]), 'hex').slice(0, 20)
}

/** H(a task in plain letters and digits): the same where only case, spaces and punctuation differ. */
export function taskFingerprint(task: string): Hash {
  const plain = task
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
  return hash('sha256', plain, 'hex')
}
