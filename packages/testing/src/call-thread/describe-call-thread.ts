import { describe, test } from 'vitest'

import { callThreadChecks } from './checks.ts'
import type { CallThreadHarness } from './harness.ts'

/** Registers one vitest test for each sentence of the contract of `CallThread`, each on a store of its own. */
export function describeCallThread(name: string, harness: CallThreadHarness): void {
  describe(`${name} is a CallThread`, () => {
    for (const { name: sentence, run } of callThreadChecks) {
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the check asserts, and its name is the sentence
      test(sentence, { timeout: 30_000 }, () => run(harness))
    }
  })
}
