import { memoryQueue, type RunQueue } from '@keepup/cluster'
import { type QueueHarness, runQueueChecks } from '@keepup/cluster/conformance'
import { describe, expect, test } from 'vitest'

import { createShiftingClock } from './shifting-clock.ts'

const patience = 10_000

/** The queue in memory with a fault. */
function broken(fault: (queue: RunQueue) => Partial<RunQueue>): QueueHarness {
  return {
    patience,
    create: async (order) => {
      const clock = createShiftingClock()
      const queue = memoryQueue({ ...order, patience, clock })
      const wrong = { ...queue, ...fault(queue) }
      return {
        queue: wrong,
        another: async () => wrong,
        pass: async (duration) => clock.shift(duration),
        dispose: async () => undefined,
      }
    },
  }
}

/** Faults that somebody could well make, and a sentence that notices each. */
const faults: readonly (readonly [string, string, (queue: RunQueue) => Partial<RunQueue>])[] = [
  [
    'forgets half of what is put in line',
    'a thread that is put in line can be claimed, once',
    () => ({ enqueue: async (jobs) => jobs.map(() => 'queued') }),
  ],
  [
    'brings nothing forward',
    'one that waits already is brought forward where the new job is due earlier',
    (queue) => ({
      enqueue: async (jobs, within) => {
        const { deferred } = await queue.status()
        return deferred > 0 ? jobs.map(() => 'known') : queue.enqueue(jobs, within)
      },
    }),
  ],
  [
    'gives what it has to whoever asks, whatever their limits',
    'a tenant never has more claims than its limits allow',
    (queue) => ({ claim: ({ tenants: _, ...request }) => queue.claim(request) }),
  ],
  [
    'gives jobs for newer workers to older ones',
    'newer: it waits for a worker of a higher version',
    (queue) => ({
      claim: (request) => queue.claim({ ...request, worker: { ...request.worker, version: 9 } }),
    }),
  ],
  [
    'believes whoever settles',
    'a claim that is not extended in time is lost, and its job is given to another',
    (queue) => ({ settle: async (...held) => (await queue.settle(...held), 'settled' as const) }),
  ],
  [
    'does not tell which claims are lost',
    'a claim that is not extended in time is lost, and its job is given to another',
    (queue) => ({ extend: async (...held) => (await queue.extend(...held), []) }),
  ],
  [
    'tries for ever',
    'failed: it waits, longer each time, and is dead once there were too many attempts',
    (queue) => ({
      settle: (held, worker, end) =>
        queue.settle(held, worker, end.type === 'failed' ? { type: 'again', after: 1_000 } : end),
    }),
  ],
  [
    'gives claims while it is paused',
    'nothing is given while the queue is paused, in any process',
    () => ({ pause: async () => undefined }),
  ],
  [
    'puts everything in line again but what was asked for',
    'redrive puts dead jobs in line again, with all their attempts',
    (queue) => ({ redrive: () => queue.redrive() }),
  ],
  [
    'checks each job as it comes',
    'a tenant or a priority that breaks its rules puts nothing in line',
    (queue) => ({
      enqueue: async (jobs) => {
        const told: ('queued' | 'known')[] = []
        for (const job of jobs) told.push(...(await queue.enqueue([job])))
        return told
      },
    }),
  ],
]

describe('the suite notices a queue that', () => {
  test.each(faults)('%s', async (_, sentence, fault) => {
    const check = runQueueChecks.find(({ name }) => name === sentence)
    await expect(check?.run(broken(() => ({})))).resolves.toBeUndefined()
    await expect(check?.run(broken(fault))).rejects.toMatchObject({ code: 'ERR_ASSERTION' })
  })
})
