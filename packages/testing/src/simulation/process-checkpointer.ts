import { type Checkpointer, KeepupError, type Lease } from '@keepup/core'

import type { DiskAccess } from './disk-access.ts'

/** The checkpointer of a simulated process: the store behind a disk that fails, one turn for each call. */
export function processCheckpointer(disk: DiskAccess): Checkpointer {
  return {
    commit: (batch) => disk.write(({ checkpointer }) => checkpointer.commit(batch), batch.flush),
    signal: (signals, flush) => disk.write(({ checkpointer }) => checkpointer.signal(signals, flush), flush),
    pending: async (thread) => (await disk.look()).pending(thread),
    read: async (thread, options) => (await disk.look()).read(thread, options),
    log: (thread, after) => each(disk, (store) => store.log(thread, after)),
    history: (thread, page) => each(disk, (store) => store.history(thread, page)),
    threads: (query) => each(disk, (store) => store.threads(query)),
    watch: (thread, options) => {
      const signal = AbortSignal.any([options.signal, disk.crashed])
      return each(disk, (store) => store.watch(thread, { ...options, signal }))
    },
    fork: (from, to) => disk.change(({ checkpointer }) => checkpointer.fork(from, to)),
    lease: (thread, owner, ttl) => takeLease(disk, (store) => store.lease(thread, owner, ttl)),
    within: () => {
      throw new KeepupError('not-supported', 'A simulated process has no database to join a transaction of.')
    },
    snapshot: (thread, stored, lease) =>
      disk.change(({ checkpointer }) => checkpointer.snapshot(thread, stored, lease)),
    erase: (erasure) => disk.change(({ checkpointer }) => checkpointer.erase(erasure)),
    prune: (pruning) => disk.change(({ checkpointer }) => checkpointer.prune(pruning)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

async function* each<T>(
  disk: DiskAccess,
  open: (store: Checkpointer) => AsyncIterable<T>,
): AsyncGenerator<T> {
  for await (const item of open(await disk.look())) {
    await disk.turn()
    yield item
  }
  disk.crashed.throwIfAborted()
}

/** A lease whose renewals and release reach the store of today, which may have been rebuilt since it was taken. */
async function takeLease(disk: DiskAccess, take: (store: Checkpointer) => Promise<Lease>): Promise<Lease> {
  const number = disk.nextLease()
  const taken = await disk.change(async ({ checkpointer, leases: held }) => {
    const lease = await take(checkpointer)
    held.set(number, lease)
    return lease
  })
  let { expires } = taken
  const release = (): Promise<void> => disk.change(async ({ leases: held }) => held.get(number)?.release())
  return {
    thread: taken.thread,
    token: taken.token,
    owner: taken.owner,
    get expires() {
      return expires
    },
    renew: async (ttl) => {
      expires = await disk.change(async ({ leases: held }) => {
        const lease = held.get(number)
        if (lease === undefined) throw new KeepupError('lease-lost', 'The lease was lost with the power.')
        await lease.renew(ttl)
        return lease.expires
      })
    },
    release,
    [Symbol.asyncDispose]: release,
  }
}
