import { statSync } from 'node:fs'

import type { Remembered } from '../permission-policy.ts'
import { fingerprint, fingerprintOf } from './approved-call.ts'
import type { ApprovedCalls } from './approved-calls.ts'

/**
 * What was allowed for good, for the policy. The file is read again when it changed, so that what another process adds or forgets counts at the next call.
 * A file that cannot be read allows nothing.
 */
export function rememberedCalls(calls: ApprovedCalls): Remembered {
  let seen = ''
  let known: ReadonlySet<string> = new Set()
  return {
    allows(call) {
      const now = stateOf(calls.path)
      if (now === undefined) return false
      if (now !== seen) {
        known = new Set()
        seen = now
        known = new Set(calls.list().map((one) => fingerprint(one, calls.project)))
      }
      return known.size > 0 && known.has(fingerprintOf(call, calls.project))
    },
  }
}

/** What changes whenever the file does: every change makes a new file. */
function stateOf(path: string): string | undefined {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? undefined : `${stat.ino} ${stat.mtimeNs} ${stat.size} ${stat.mode}`
}
