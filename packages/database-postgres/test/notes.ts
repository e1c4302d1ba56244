import { type PostgresMigration, type PostgresSession, statement } from '@keepup/database-postgres'

/** Tables for tests. */
export const migrations: readonly PostgresMigration[] = [
  { release: '0.1.0', up: 'CREATE TABLE note (id integer PRIMARY KEY, text text)' },
  {
    release: '0.2.0',
    up: async (session) => {
      await session.exec('ALTER TABLE note ADD COLUMN more bigint')
    },
  },
]

const insert = statement('INSERT INTO note (id, text) VALUES ($1, $2)')

/** Writes a note. */
export async function write(session: PostgresSession, id: number, text: string): Promise<void> {
  await session.query(insert, id, text)
}

/** All notes. */
export const all = statement<{ id: number; text: string }>('SELECT id, text FROM note ORDER BY id')
/** How durable the commit of the running transaction will be. */
export const level = statement<{ synchronous_commit: string }>('SHOW synchronous_commit')
/** Sets the text of a note. */
export const update = statement('UPDATE note SET text = $2 WHERE id = $1')
/** The process of the server that serves this connection. */
export const backend = statement<{ id: number }>('SELECT pg_backend_pid() AS id')
