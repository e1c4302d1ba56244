import { describe, test } from 'vitest'

import { artifactStoreChecks } from './checks.ts'
import type { ArtifactStoreHarness } from './harness.ts'

/** Registers one vitest test for each sentence of the contract of `ArtifactStore`, each on a store of its own. */
export function describeArtifactStore(name: string, harness: ArtifactStoreHarness): void {
  describe(`${name} is an ArtifactStore`, () => {
    for (const { name: sentence, run } of artifactStoreChecks(harness)) {
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the check asserts, and its name is the sentence
      test(sentence, { timeout: 120_000 }, () => run(harness))
    }
  })
}
