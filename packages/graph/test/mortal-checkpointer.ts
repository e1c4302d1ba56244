import { type Checkpointer, type Commit, KeepupError } from '@keepup/core'

/** When a process dies: at which of its commits, and whether that commit is stored. */
export interface Death {
  readonly commits: number
  readonly stored: boolean
  /** It is interrupted after so many events, where it lives that long. */
  readonly interrupted?: number | undefined
}

/** A checkpointer that a process is cut off from at one of its commits, as if it had died then. */
export function mortalCheckpointer(inner: Checkpointer, death: Death | undefined): Checkpointer {
  let left = death?.commits ?? Infinity
  return {
    ...methodsOf(inner),
    async commit(batch: Commit) {
      left -= 1
      if (left < 0 || (left === 0 && death?.stored === false)) throw dead()
      const checkpoints = await inner.commit(batch)
      if (left === 0) throw dead()
      return checkpoints
    },
    async signal(signals, flush) {
      if (left <= 0) throw dead()
      return inner.signal(signals, flush)
    },
  }
}

/** Backends may be objects with methods of a prototype. */
export function methodsOf(inner: Checkpointer): Checkpointer {
  return {
    commit: (batch) => inner.commit(batch),
    signal: (signals, flush) => inner.signal(signals, flush),
    pending: (thread) => inner.pending(thread),
    read: (thread, options) => inner.read(thread, options),
    log: (thread, after) => inner.log(thread, after),
    history: (thread, page) => inner.history(thread, page),
    threads: (query) => inner.threads(query),
    watch: (thread, options) => inner.watch(thread, options),
    fork: (from, to) => inner.fork(from, to),
    lease: (thread, owner, ttl) => inner.lease(thread, owner, ttl),
    within: (transaction) => inner.within(transaction),
    snapshot: (thread, stored) => inner.snapshot(thread, stored),
    erase: (erasure) => inner.erase(erasure),
    prune: (pruning) => inner.prune(pruning),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
}

function dead(): KeepupError {
  return new KeepupError('database-unavailable', 'The process is dead.')
}
