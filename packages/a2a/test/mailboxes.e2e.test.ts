import { inject } from 'vitest'

import { describeMailboxes } from '../src/conformance/index.ts'
import { onPostgres } from './mailbox-stores.ts'

describeMailboxes('mailboxes on PostgreSQL', onPostgres(inject('postgresUrl')))
