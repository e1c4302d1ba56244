import { KeepupError, type Timestamp } from '@keepup/core'
import type { Migration, SqliteDatabase } from '@keepup/database-sqlite'

/** A copy of the store, or of threads of it, that a command made: what is erased from the store later is still in it. Or a thread that is being erased. */
export interface CopyMade {
  readonly kind: 'backup' | 'copy' | 'export' | 'erasing'
  /** A file, or the address of a server without its password; or the thread. */
  readonly path: string
  readonly made: Timestamp
}

/** Where a store remembers its copies. */
export interface CopiesMade {
  /** Before the copy is made: one that was begun counts. A store that may only be read remembers nothing. */
  note(copy: CopyMade): Promise<void>
  list(): Promise<readonly CopyMade[]>
  /** Forgets what was noted of a path. */
  forget(kind: CopyMade['kind'], path: string): Promise<void>
}

/** The owner of the table, in the database's list of migrations. */
export const copiesOwner = 'copies'

/** The table, in SQL that SQLite and PostgreSQL both understand. */
export const copiesMigrations = [
  {
    release: '0.1.0',
    up: 'CREATE TABLE copy_made (kind text NOT NULL, path text NOT NULL, made bigint NOT NULL, PRIMARY KEY (kind, path, made))',
  },
] as const satisfies readonly Migration[]

/** The copies of a store that is a file. */
export function sqliteCopies(database: SqliteDatabase): CopiesMade {
  return {
    note: ({ kind, path, made }) =>
      unlessReadOnly(async () => {
        database.migrate(copiesOwner, copiesMigrations)
        await database.write('power', () =>
          database.prepare('INSERT OR IGNORE INTO copy_made VALUES (?, ?, ?)').run(kind, path, made),
        )
      }),
    forget: (kind, path) =>
      database.write(
        'power',
        () => void database.prepare('DELETE FROM copy_made WHERE kind = ? AND path = ?').run(kind, path),
      ),
    list: () =>
      database.read(() => {
        const known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'copy_made'"
        if (database.prepare(known).get() === undefined) return []
        return database.prepare<CopyMade>('SELECT kind, path, made FROM copy_made ORDER BY made').all()
      }),
  }
}

/** A store that may only be read can be copied all the same. */
export async function unlessReadOnly(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!KeepupError.is(error, 'database-read-only')) throw error
  }
}
