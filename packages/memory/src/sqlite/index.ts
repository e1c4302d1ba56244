export { sqliteIndex, type SqliteIndexOptions } from './sqlite-index.ts'
