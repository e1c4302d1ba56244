export { openSqlite, type SqliteOptions } from './open-sqlite.ts'
export { type RescuedTable, rescueSqlite } from './rescue-sqlite.ts'
export type {
  Migration,
  RowShape,
  SqliteChanges,
  SqliteDatabase,
  SqliteStatement,
  SqliteTransaction,
  SqliteValue,
} from './sqlite-database.ts'
