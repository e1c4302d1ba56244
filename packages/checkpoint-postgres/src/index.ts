export { postgresArtifacts, type PostgresArtifactsOptions } from './postgres-artifacts.ts'
export { postgresCheckpointer, type PostgresCheckpointerOptions } from './postgres-checkpointer.ts'
