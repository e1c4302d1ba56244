export { sqliteQueue, type SqliteQueueOptions } from './sqlite-queue.ts'
