export { sqliteArtifacts, type SqliteArtifactsOptions } from './sqlite-artifacts.ts'
export { sqliteCheckpointer, type SqliteCheckpointerOptions } from './sqlite-checkpointer.ts'
export { storeStatistics } from './store-statistics.ts'
export type { StoreStatistics } from '@keepup/checkpoint/backend'
