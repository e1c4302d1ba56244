import type { PostgresMigration } from '@keepup/database-postgres'

import { functions } from './functions.ts'
import { tables } from './tables.ts'

/** The owner of these tables, in the database's list of migrations. */
export const owner = 'checkpoint'

// How many erasures have touched the history of a thread.
const version2 = 'ALTER TABLE thread ADD COLUMN erasures integer NOT NULL DEFAULT 0'

/** Every version of the tables, oldest first. A released one never changes. */
export const migrations: readonly PostgresMigration[] = [
  { release: '0.1.0', up: tables + functions },
  { release: '0.1.0', up: version2 },
]
