export { openPostgres, type PostgresOptions } from './open-postgres.ts'
export type {
  PostgresDatabase,
  PostgresMigration,
  PostgresSession,
  PostgresStatement,
  PostgresTransaction,
  PostgresValue,
} from './postgres-database.ts'
export { statement } from './statement.ts'
