import { randomUUID } from 'node:crypto'

import { currentOwner, readState } from '@keepup/checkpoint'
import {
  type Checkpointer,
  type Clock,
  type Entry,
  KeepupError,
  type Lease,
  type LeaseToken,
  type Owner,
  type Sequence,
  type ThreadId,
} from '@keepup/core'

import type { NewTaskEntry } from './task-entries.ts'
import { taskFold } from './task-fold.ts'
import type { TaskFacts } from './task-state.ts'

/** A task's thread as it was read. */
export interface ReadTask {
  readonly facts: TaskFacts
  readonly head: Sequence
}

/** Reads and writes the threads of tasks: many processes append, whoever holds a thread's lease runs its agent. */
export interface TaskJournal {
  readonly checkpointer: Checkpointer
  /** Another holder in this process. Who the process is was asked once: the system's answer costs as much as a commit. */
  owner(): Owner
  /** Creates the thread; `false` where somebody did before. */
  create(thread: ThreadId, entries: readonly NewTaskEntry[]): Promise<boolean>
  /** Appends wherever the head is. With a token only while that lease lives. An entry with a known id is passed over. */
  append(
    thread: ThreadId,
    entries: readonly NewTaskEntry[],
    options?: { readonly lease?: LeaseToken; readonly by?: string },
  ): Promise<readonly Entry[]>
  /** The task, up to a position or as it is. */
  read(thread: ThreadId, at?: Sequence): Promise<ReadTask>
  /** Entries after a position, as they come, until the signal is aborted. */
  follow(thread: ThreadId, after: Sequence, signal: AbortSignal): AsyncIterable<Entry>
  /** A moment as the protocol spells it: ISO 8601 in UTC. */
  timestamp(): string
}

/** In milliseconds: creating a thread is one commit. */
const creating = 10_000

/** Makes the journal of a server. */
export function createTaskJournal(checkpointer: Checkpointer, clock: Clock): TaskJournal {
  const self = currentOwner('a2a')
  const owner = (): Owner => ({ ...self, instance: randomUUID() })
  const stamped = (entries: readonly NewTaskEntry[], by: string) =>
    entries.map((entry) => ({ ...entry, version: 1, critical: false, time: clock.now(), by }))
  return {
    checkpointer,
    owner,
    async create(thread, entries) {
      const lease = await leaseToCreate(checkpointer, { clock, owner: owner() }, thread)
      if (lease === undefined) return false
      try {
        const append = { thread, after: 0, lease: lease.token, writers: 'many' } as const
        const commit = {
          appends: [{ ...append, entries: stamped(entries, 'runtime') }],
          flush: 'power',
        } as const
        await checkpointer.commit(commit)
        return true
      } catch (error) {
        if (KeepupError.is(error, 'checkpoint-conflict') || KeepupError.is(error, 'thread-exists'))
          return false
        throw error
      } finally {
        await lease.release()
      }
    },
    async append(thread, entries, { lease, by = 'runtime' } = {}) {
      const append = { thread, after: 'head', entries: stamped(entries, by) } as const
      const [stored] = await checkpointer.commit({
        appends: [lease === undefined ? append : { ...append, lease }],
        flush: 'power',
      })
      return stored?.entries ?? []
    },
    async read(thread, at) {
      const { state, view } = await readState(checkpointer, thread, taskFold, at)
      return { facts: state, head: view.at }
    },
    async *follow(thread, after, signal) {
      for await (const seen of checkpointer.watch(thread, { after, signal })) {
        if ('entry' in seen) yield seen.entry
      }
    },
    timestamp: () => new Date(clock.now()).toISOString(),
  }
}

/** The lease of a thread that does not exist; nothing where somebody else creates it at this moment, which is waited for. */
async function leaseToCreate(
  checkpointer: Checkpointer,
  { clock, owner }: { readonly clock: Clock; readonly owner: Owner },
  thread: ThreadId,
): Promise<Lease | undefined> {
  for (let pause = 5; pause < creating; pause *= 2) {
    try {
      return await checkpointer.lease(thread, owner, creating)
    } catch (error) {
      if (!KeepupError.is(error, 'lease-held')) throw error
      const { head } = await checkpointer.read(thread)
      if (head > 0) return undefined
      await clock.sleep(pause)
    }
  }
  const message = `The task of thread ${thread} is being created by another process, which does not come to an end. Send the message again.`
  throw new KeepupError('database-busy', message)
}
