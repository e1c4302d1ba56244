import { inject } from 'vitest'

import { describeMailboxes } from '../src/conformance/index.ts'
import { inMemory, onPostgres, onSqlite } from './mailbox-stores.ts'

describeMailboxes('mailboxes in memory', inMemory)
describeMailboxes('mailboxes on SQLite', onSqlite)
describeMailboxes('mailboxes on PostgreSQL', onPostgres(inject('postgresUrl')))
