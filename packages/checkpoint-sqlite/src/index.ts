export { sqliteArtifacts, type SqliteArtifactsOptions } from './sqlite-artifacts.ts'
export { sqliteCheckpointer, type SqliteCheckpointerOptions } from './sqlite-checkpointer.ts'
export { type StoreStatistics, storeStatistics } from './store-statistics.ts'
