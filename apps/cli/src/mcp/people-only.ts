import { usageError } from '../error-report.ts'
import type { Environment } from '../host.ts'

/** Refuses, with `input-invalid`, what an agent's own command must not do: change which servers its runs have, or log in as the person. */
export function peopleOnly(environment: Environment): void {
  if (environment['KEEPUP_CALL'] === undefined) return
  throw usageError(
    'servers are changed and called by people, not by an agent',
    'run it in a terminal of your own',
  )
}
