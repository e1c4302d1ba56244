import { describe, test } from 'vitest'

import { hookChecks } from './checks.ts'
import type { HookHarness } from './harness.ts'

/** Registers one vitest test for each row of the dialects' tables, each with a hook and a folder of its own. Needs a POSIX system. */
export function describeHooks(name: string, harness: HookHarness): void {
  describe(`${name} runs the hooks of other programs`, () => {
    for (const { name: sentence, run } of hookChecks(harness)) {
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the check asserts, and its name is the sentence
      test(sentence, { timeout: 30_000 }, () => run(harness))
    }
  })
}
