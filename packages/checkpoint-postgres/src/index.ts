export { postgresArtifacts, type PostgresArtifactsOptions } from './postgres-artifacts.ts'
export { postgresCheckpointer, type PostgresCheckpointerOptions } from './postgres-checkpointer.ts'
export { storeSize, storeStatistics } from './store-statistics.ts'
export type { StoreStatistics } from '@keepup/checkpoint/backend'
