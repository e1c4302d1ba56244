import { describe, test } from 'vitest'

import type { MailboxCheck } from './check.ts'
import { failureChecks } from './failure-checks.ts'
import type { MailboxesHarness } from './harness.ts'
import { orderChecks } from './order-checks.ts'
import { talkChecks } from './talk-checks.ts'

/** Every sentence of the contract of `Mailboxes`. They run anywhere: only `describeMailboxes` needs a test runner. */
export const mailboxChecks: readonly MailboxCheck[] = [...orderChecks, ...failureChecks, ...talkChecks]

/** Registers one vitest test for each sentence of the contract of `Mailboxes`, each on a store of its own. */
export function describeMailboxes(name: string, harness: MailboxesHarness): void {
  describe(`${name} are Mailboxes`, () => {
    for (const { name: sentence, run } of mailboxChecks) {
      // oxlint-disable-next-line vitest/expect-expect, vitest/valid-title -- the check asserts, and its name is the sentence
      test(sentence, { timeout: 60_000 }, () => run(harness))
    }
  })
}
