export { memoryQueue, type MemoryQueueOptions } from './memory-queue.ts'
export type { QueueSettings } from './queue-settings.ts'
export type {
  Claim,
  ClaimEnd,
  ClaimRequest,
  ClaimStatus,
  DeadJob,
  NewJob,
  QueueStatus,
  RunQueue,
  RunReason,
  TenantLimit,
  TenantLimits,
  WorkerFacts,
  WorkerStatus,
} from './run-queue.ts'
