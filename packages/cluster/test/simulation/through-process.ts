import type { RunQueue } from '@keepup/cluster'
import type { Checkpointer, Lease } from '@keepup/core'

import type { SimulatedProcess } from './simulated-process.ts'

/** A queue as a process has it. Nobody calls it when jobs come: it has to look. */
export function queueThrough(process: SimulatedProcess, queue: RunQueue): RunQueue {
  return {
    enqueue: (jobs) => process.ask(() => queue.enqueue(jobs)),
    claim: (request) => process.ask(() => queue.claim(request)),
    extend: (worker, claims) => process.ask(() => queue.extend(worker, claims)),
    settle: (...held) => process.ask(() => queue.settle(...held)),
    status: () => process.ask(() => queue.status()),
    dead: () => process.ask(() => queue.dead()),
    redrive: (threads) => process.ask(() => queue.redrive(threads)),
    discard: (threads) => process.ask(() => queue.discard(threads)),
    pause: (isPaused) => process.ask(() => queue.pause(isPaused)),
    leave: (worker) => process.ask(() => queue.leave(worker)),
    listen: () => () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** A checkpointer as a process has it: what workers and simulated agents use of it. */
export function checkpointerThrough(process: SimulatedProcess, checkpointer: Checkpointer): Checkpointer {
  return {
    ...checkpointer,
    commit: (batch) => process.ask(() => checkpointer.commit(batch)),
    signal: (...sent) => process.ask(() => checkpointer.signal(...sent)),
    pending: (thread) => process.ask(() => checkpointer.pending(thread)),
    read: (...asked) => process.ask(() => checkpointer.read(...asked)),
    log: (...asked) => process.askForAll(() => checkpointer.log(...asked)),
    history: (...asked) => process.askForAll(() => checkpointer.history(...asked)),
    threads: (query) => process.askForAll(() => checkpointer.threads(query)),
    lease: (...asked) => process.ask(async () => leaseThrough(process, await checkpointer.lease(...asked))),
  }
}

function leaseThrough(process: SimulatedProcess, lease: Lease): Lease {
  const release = (): Promise<void> => process.ask(() => lease.release())
  return {
    thread: lease.thread,
    token: lease.token,
    owner: lease.owner,
    get expires() {
      return lease.expires
    },
    renew: (ttl) => process.ask(() => lease.renew(ttl)),
    release,
    [Symbol.asyncDispose]: () => release().catch(() => undefined),
  }
}
