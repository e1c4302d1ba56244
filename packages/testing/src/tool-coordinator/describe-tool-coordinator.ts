import { describe, test } from 'vitest'

import type { CoordinatorCheck } from './coordinate.ts'
import type { ToolCoordinatorHarness } from './harness.ts'
import { prepareChecks } from './prepare-checks.ts'
import { runChecks } from './run-checks.ts'

/** The contract of `ToolCoordinator`, sentence by sentence. */
export const toolCoordinatorChecks: readonly CoordinatorCheck[] = [...prepareChecks, ...runChecks]

/** Registers one vitest test for each sentence of the contract of `ToolCoordinator`, each on a coordinator of its own. */
export function describeToolCoordinator(name: string, harness: ToolCoordinatorHarness): void {
  describe(`${name} is a ToolCoordinator`, () => {
    for (const { name: sentence, run } of toolCoordinatorChecks) {
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the check asserts, and its name is the sentence
      test(sentence, { timeout: 30_000 }, () => run(harness))
    }
  })
}
