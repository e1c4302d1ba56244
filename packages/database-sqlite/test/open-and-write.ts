import { openSqlite } from '@keepup/database-sqlite'

/** Opens a database that others open at the same time, migrates it and writes two rows. Started by a test. */
const [path = '', name = ''] = process.argv.slice(2)
const database = await openSqlite(path)
database.migrate('things', [
  { release: '0.1.0', up: 'CREATE TABLE thing (name TEXT) STRICT' },
  { release: '0.2.0', up: 'CREATE INDEX thing_name ON thing (name)' },
])
const insert = database.prepare('INSERT INTO thing (name) VALUES (?)')
await database.write('process', () => insert.run(`${name}, surviving a kill`))
await database.write('power', () => insert.run(`${name}, surviving power loss`))
await database.close()
