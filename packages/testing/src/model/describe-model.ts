import { describe, test } from 'vitest'

import { modelChecks } from './checks.ts'
import type { ModelHarness } from './harness.ts'

/** Registers one vitest test for each sentence of the contract of `Model`, each on a model of its own. */
export function describeModel(name: string, harness: ModelHarness): void {
  describe(`${name} is a Model`, () => {
    for (const { name: sentence, run } of modelChecks(harness)) {
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the check asserts, and its name is the sentence
      test(sentence, { timeout: 30_000 }, () => run(harness))
    }
  })
}
