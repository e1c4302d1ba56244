import { type PostgresDatabase, statement } from '@keepup/database-postgres'

import { markMigrations, markOwner, type MarkRows, type StoreMark } from '../keys/store-mark.ts'
import {
  copiesMigrations,
  copiesOwner,
  type CopiesMade,
  type CopyMade,
  unlessReadOnly,
} from './copies-made.ts'

const anyMark = statement<{ known: boolean }>("SELECT to_regclass('store_key') IS NOT NULL AS known")
const selectMark = statement<StoreMark>('SELECT store, ring FROM store_key')
const insertMark = statement('INSERT INTO store_key VALUES (1, $1, $2) ON CONFLICT DO NOTHING')

/** The mark of a store on a server. */
export function postgresMark(database: PostgresDatabase): MarkRows {
  const read = async (): Promise<StoreMark | undefined> => {
    const [table] = await database.query(anyMark, [])
    return table?.known === true ? (await database.query(selectMark, []))[0] : undefined
  }
  return {
    read,
    async write({ store, ring }) {
      await database.migrate(markOwner, markMigrations)
      await database.write('power', (session) => session.query(insertMark, store, ring))
      return (await read()) ?? { store, ring }
    },
  }
}

const anyCopies = statement<{ known: boolean }>("SELECT to_regclass('copy_made') IS NOT NULL AS known")
const selectCopies = statement<CopyMade>('SELECT kind, path, made FROM copy_made ORDER BY made')
const deleteCopy = statement('DELETE FROM copy_made WHERE kind = $1 AND path = $2')
const insertCopy = statement('INSERT INTO copy_made VALUES ($1, $2, $3) ON CONFLICT DO NOTHING')

/** The copies of a store on a server. */
export function postgresCopies(database: PostgresDatabase): CopiesMade {
  return {
    note: ({ kind, path, made }) =>
      unlessReadOnly(async () => {
        await database.migrate(copiesOwner, copiesMigrations)
        await database.write('power', (session) => session.query(insertCopy, kind, path, made))
      }),
    async forget(kind, path) {
      await database.write('power', (session) => session.query(deleteCopy, kind, path))
    },
    async list() {
      const [table] = await database.query(anyCopies, [])
      return table?.known === true ? database.query(selectCopies, []) : []
    },
  }
}
