import { expect, inject, test } from 'vitest'

import { describeMailboxes, mailboxChecks } from '../src/conformance/index.ts'
import { inMemory, onPostgres, onSqlite } from './mailbox-stores.ts'

describeMailboxes('mailboxes in memory', inMemory)
describeMailboxes('mailboxes on SQLite', onSqlite)

// A schema for each takes long: all of them are in mailboxes.e2e.test.ts.
const telling =
  /^(?:order: of many|once|full: who|dead letters: redriven|crash: a message|outbox: what|request: after|topics: everybody)/

test.each(mailboxChecks.filter(({ name }) => telling.test(name)))(
  'mailboxes on PostgreSQL: $name',
  async ({ run }) => {
    await expect(run(onPostgres(inject('postgresUrl')))).resolves.toBeUndefined()
  },
  60_000,
)
