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
export { submissionId, parseSubmission, type Submission } from './thread/submission.ts'
export { submitRun, type SubmitOrder, type SubmitParts } from './thread/submit-run.ts'
export { type Looking, wantedJob } from './thread/wanted.ts'
export { createWorker, type Worker } from './worker/create-worker.ts'
export { runElsewhere } from './worker/run-elsewhere.ts'
export { createSweeper, type Sweeper, type SweeperParts } from './worker/sweeper.ts'
export type { WorkerNews, WorkerParts } from './worker/worker-parts.ts'
