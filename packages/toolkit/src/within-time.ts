import { createContext, Script } from 'node:vm'

import type { Milliseconds } from '@keepup/core'

const script = new Script('run()')

/**
 * Runs synchronous work that may never end, such as a regular expression that backtracks without bound, for at most `limit`; `undefined` where it did not
 * end in time. The event loop waits for as long. Costs up to a millisecond: give it many things at once.
 */
export function withinTime<T>(limit: Milliseconds, work: () => T): { readonly value: T } | undefined {
  const done: { value: T }[] = []
  const run = (): void => void done.push({ value: work() })
  try {
    script.runInContext(createContext({ run }), { timeout: limit })
  } catch (error) {
    if (isTimeout(error)) return undefined
    throw error
  }
  return done[0]
}

function isTimeout(error: unknown): boolean {
  // It is an error of the script's own realm: `instanceof` would not know it.
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
}
