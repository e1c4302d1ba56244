import { describe, test } from 'vitest'

import type { QueueCheck } from './check.ts'
import { claimChecks } from './claim-checks.ts'
import type { QueueHarness } from './harness.ts'
import { lineChecks } from './line-checks.ts'

/** Every sentence of the contract of `RunQueue`. They run anywhere: only `describeRunQueue` needs a test runner. */
export const runQueueChecks: readonly QueueCheck[] = [...lineChecks, ...claimChecks]

/** Registers one vitest test for each sentence of the contract of `RunQueue`, each on a queue of its own. */
export function describeRunQueue(name: string, harness: QueueHarness): void {
  describe(`${name} is a RunQueue`, () => {
    for (const { name: sentence, run } of runQueueChecks) {
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the check asserts, and its name is the sentence
      test(sentence, { timeout: 60_000 }, () => run(harness))
    }
  })
}
