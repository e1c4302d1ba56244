import { artifactChecks } from './artifact-checks.ts'
import { chainChecks } from './chain-checks.ts'
import { commitChecks } from './commit-checks.ts'
import { connectionChecks } from './connection-checks.ts'
import { entryChecks } from './entry-checks.ts'
import { eraseChecks } from './erase-checks.ts'
import { forkChecks } from './fork-checks.ts'
import type { CheckpointerHarness } from './harness.ts'
import { leaseChecks } from './lease-checks.ts'
import { listingChecks } from './listing-checks.ts'
import { pruneChecks } from './prune-checks.ts'
import { readChecks } from './read-checks.ts'
import { rewindChecks } from './rewind-checks.ts'
import type { CheckpointerCheck } from './scene.ts'
import { signalChecks } from './signal-checks.ts'
import { snapshotChecks } from './snapshot-checks.ts'
import { valueChecks } from './value-checks.ts'
import { watchChecks } from './watch-checks.ts'
import { writersChecks } from './writers-checks.ts'

/** The contract of `Checkpointer`, sentence by sentence. */
const all: readonly CheckpointerCheck[] = [
  ...commitChecks,
  ...entryChecks,
  ...valueChecks,
  ...leaseChecks,
  ...signalChecks,
  ...writersChecks,
  ...readChecks,
  ...rewindChecks,
  ...forkChecks,
  ...snapshotChecks,
  ...listingChecks,
  ...watchChecks,
  ...eraseChecks,
  ...pruneChecks,
  ...chainChecks,
  ...artifactChecks,
  ...connectionChecks,
]

/** The checks that apply to a backend: all but those that need what it says it lacks. */
export function checkpointerChecks(harness: CheckpointerHarness): readonly CheckpointerCheck[] {
  const lacks = harness.lacks ?? []
  return all.filter(
    ({ needs, without }) =>
      needs.every((capability) => !lacks.includes(capability)) &&
      (without === undefined || lacks.includes(without)),
  )
}
