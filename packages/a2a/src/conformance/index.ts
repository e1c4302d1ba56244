export { describeMailboxes, mailboxChecks } from './describe-mailboxes.ts'
export type { MailboxesHarness, MailboxStore } from './harness.ts'
export type { MailboxCheck } from './check.ts'
