import { describe, test } from 'vitest'

import { checkpointerChecks } from './checks.ts'
import type { CheckpointerHarness } from './harness.ts'

/**
 * Registers one vitest test for each sentence of the contract of `Checkpointer`, each on a store of its own. What a backend cannot do is named in
 * the harness (`lacks`); nothing else is left out.
 */
export function describeCheckpointer(name: string, harness: CheckpointerHarness): void {
  describe(`${name} is a Checkpointer`, () => {
    for (const { name: sentence, run } of checkpointerChecks(harness)) {
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the check asserts, and its name is the sentence
      test(sentence, { timeout: 60_000 }, () => run(harness))
    }
  })
}
