import { describe, test } from 'vitest'

import { workspaceChecks } from './checks.ts'
import type { WorkspaceHarness } from './harness.ts'

/** Registers one vitest test for each sentence of the contract of `Workspace`, each on a folder of its own. */
export function describeWorkspace(name: string, harness: WorkspaceHarness): void {
  describe(`${name} is a Workspace`, () => {
    for (const { name: sentence, run } of workspaceChecks(harness)) {
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the check asserts, and its name is the sentence
      test(sentence, { timeout: 60_000 }, () => run(harness))
    }
  })
}
