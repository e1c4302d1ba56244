import type { Migration, SqliteDatabase } from '@keepup/database-sqlite'

/** What an encrypted store says of itself, in the clear: without it, one that was opened without keys would go on in the clear. */
export interface StoreMark {
  /** Names the store, and its backups and copies, to the key ring. */
  readonly store: string
  /** The ring that its keys are in. */
  readonly ring: string
}

/** Where a store keeps its mark. */
export interface MarkRows {
  read(): Promise<StoreMark | undefined>
  /** Keeps a mark where there is none; gives the one that is there then. Durable. */
  write(mark: StoreMark): Promise<StoreMark>
}

/** The owner of the table, in the database's list of migrations. */
export const markOwner = 'encryption'

/** The table, in SQL that SQLite and PostgreSQL both understand. */
export const markMigrations = [
  {
    release: '0.1.0',
    up: 'CREATE TABLE store_key (number integer PRIMARY KEY CHECK (number = 1), store text NOT NULL, ring text NOT NULL)',
  },
] as const satisfies readonly Migration[]

/** The mark of a store that is a file. */
export function sqliteMark(database: SqliteDatabase): MarkRows {
  const find = (): StoreMark | undefined => {
    const known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'store_key'"
    if (database.prepare(known).get() === undefined) return undefined
    return database.prepare<StoreMark>('SELECT store, ring FROM store_key').get()
  }
  const read = (): Promise<StoreMark | undefined> => database.read(find)
  return {
    read,
    async write({ store, ring }) {
      database.migrate(markOwner, markMigrations)
      return database.write('power', () => {
        database.prepare('INSERT OR IGNORE INTO store_key VALUES (1, ?, ?)').run(store, ring)
        return find() ?? { store, ring }
      })
    },
  }
}
