export type { QueueCheck } from './check.ts'
export { describeRunQueue, runQueueChecks } from './describe-run-queue.ts'
export type { OpenQueue, QueueHarness, QueueOrder } from './harness.ts'
