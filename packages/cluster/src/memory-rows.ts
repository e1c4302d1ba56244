import type { Timestamp } from '@keepup/core'

import type { WorkerFacts } from './run-queue.ts'
import type { JobRow, QueueRows } from './table/queue-rows.ts'

/** Rows in this process. Nothing is undone where a body throws: those of a queue check before they write. */
export function memoryRows(): QueueRows {
  const jobs = new Map<string, JobRow>()
  const workers = new Map<string, WorkerFacts & { readonly seen: Timestamp }>()
  let starts: readonly { readonly tenant: string; readonly time: Timestamp }[] = []
  let paused = false
  const inState = (state: JobRow['state']): JobRow[] =>
    [...jobs.values()].filter((job) => job.state === state)
  return {
    due: (now, version) =>
      inState('waiting')
        .filter(({ after, above }) => after <= now && above < version)
        .toSorted((a, b) => b.priority - a.priority),
    find: (thread, state) => inState(state).find((job) => job.thread === thread),
    all: inState,
    put: (job) => {
      // A job that changes its state comes last among those of the new one.
      if (jobs.get(job.id)?.state !== job.state) jobs.delete(job.id)
      jobs.set(job.id, job)
    },
    remove: (id) => void jobs.delete(id),
    starts: (tenant, after) => starts.filter((start) => start.tenant === tenant && start.time > after).length,
    noteStart: (tenant, time) => {
      starts = [...starts.filter((start) => start.time > time - 60_000), { tenant, time }]
    },
    workers: () => [...workers.values()],
    seeWorker: (worker, seen) => void workers.set(worker.id, { ...worker, seen }),
    forgetWorkers: (which) => {
      for (const { id, seen } of workers.values()) {
        if ('id' in which ? id === which.id : seen < which.seenBefore) workers.delete(id)
      }
    },
    isPaused: () => paused,
    pause: (isPaused) => {
      paused = isPaused
    },
  }
}
