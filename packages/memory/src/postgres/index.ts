export { postgresIndex, type PostgresIndexOptions } from './postgres-index.ts'
