export { postgresQueue, type PostgresQueueOptions } from './postgres-queue.ts'
