import type { ErrorCode, RunOutcome } from '@keepup/core'

/** What the program's exit code tells a script. The table of `docs/exit-codes.md`: a number never changes its meaning. */
export const exitCodes = {
  completed: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  denied: 4,
  stopped: 5,
  'limit-turns': 10,
  'limit-time': 11,
  'limit-tokens': 12,
  'limit-money': 13,
  'limit-context': 14,
  'limit-loop': 15,
  model: 20,
  configuration: 21,
  store: 22,
  'thread-busy': 23,
  'thread-unknown': 24,
  'thread-unreadable': 25,
  'node-too-old': 70,
  'hung-up': 129,
  interrupted: 130,
  'output-closed': 141,
  terminated: 143,
} as const

/** The name of an exit code. */
export type ExitName = keyof typeof exitCodes

/** The exit code of a finished run. `denials`: calls that were denied because nobody could be asked. */
export function outcomeExit(outcome: RunOutcome, denials: number): ExitName {
  switch (outcome.type) {
    case 'completed':
      return denials > 0 ? 'denied' : 'completed'
    case 'limit-reached':
      return `limit-${outcome.limit}`
    case 'interrupted':
      return 'interrupted'
    case 'stopped':
      return 'stopped'
    case 'failed':
      return errorExit(outcome.code)
  }
}

const errorExits: Partial<Record<ErrorCode, ExitName>> = {
  'thread-unknown': 'thread-unknown',
  'checkpoint-unknown': 'thread-unknown',
  'signal-unknown': 'thread-unknown',
  'thread-too-new': 'thread-unreadable',
  'thread-damaged': 'thread-unreadable',
  'artifact-damaged': 'thread-unreadable',
  'lease-held': 'thread-busy',
  'lease-lost': 'thread-busy',
  'checkpoint-conflict': 'thread-busy',
  'database-busy': 'store',
  'database-corrupt': 'store',
  'database-full': 'store',
  'database-read-only': 'store',
  'database-too-new': 'store',
  'database-unavailable': 'store',
  'model-unknown': 'model',
  'model-key-missing': 'model',
  'model-failed': 'model',
  interrupted: 'interrupted',
  'configuration-invalid': 'configuration',
  'input-invalid': 'usage',
  'node-too-old': 'node-too-old',
  'tool-denied': 'denied',
  'sandbox-unavailable': 'configuration',
  'keys-required': 'configuration',
}

/** The exit code of an error, by its code. */
export function errorExit(code: string): ExitName {
  return errorExits[code as ErrorCode] ?? 'failed'
}
