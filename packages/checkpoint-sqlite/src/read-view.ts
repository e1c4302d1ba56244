import { setImmediate as nextTurn } from 'node:timers/promises'

import { checkThread, genesisHash } from '@keepup/checkpoint'
import {
  countFitting,
  type LocatedHistory,
  type Stretch,
  stretchesOf,
  unknownPosition,
} from '@keepup/checkpoint/backend'
import type { Entry, FoldRef, Sequence, StoredSnapshot, ThreadId, ThreadView } from '@keepup/core'

import { effectiveHistory } from './history.ts'
import type { Parts } from './parts.ts'
import type { Session } from './session.ts'
import type { ThreadRow } from './thread-rows.ts'

/** What to read of a thread. */
interface ReadOptions {
  readonly at?: Sequence
  readonly fold?: FoldRef
}

/** So many entries are decoded in one go; longer histories let other work in between. */
const atOnce = 2_000

/** The effective history up to a position; see `Checkpointer.read`. */
export async function readView(
  parts: Parts,
  session: Session,
  thread: ThreadId,
  options: ReadOptions,
): Promise<ThreadView> {
  checkThread(thread)
  const { view, rest } = await session.read(() => begin(parts, thread, options, atOnce))
  if (rest.length === 0) return view
  const entries = [...view.entries]
  try {
    for (const stretch of rest) {
      await nextTurn()
      for (const entry of await session.read(() => load(parts, stretch))) entries.push(entry)
    }
    return { ...view, entries }
  } catch {
    // Entries were pruned or erased meanwhile, or are damaged: one look at everything tells.
    return session.read(() => begin(parts, thread, options, Infinity).view)
  }
}

function begin(
  parts: Parts,
  name: ThreadId,
  options: ReadOptions,
  limit: number,
): { readonly view: ThreadView; readonly rest: readonly Stretch[] } {
  const thread = parts.threads.find(name)
  if (thread?.created === undefined) return { view: emptyView(name, options.at), rest: [] }
  const at = options.at ?? thread.head
  const history = effectiveHistory(parts, thread, at)
  const snapshot = options.fold === undefined ? undefined : newestSnapshot(parts, history, options.fold)
  const stretches = stretchesOf(history, snapshot?.at ?? 0, limit)
  const fitting = countFitting(stretches, limit)
  const view: ThreadView = {
    thread: name,
    head: thread.head,
    at,
    hash: at === thread.head ? thread.hash : parts.threads.ownerAt(thread, at).hash,
    ...(thread.origin === undefined
      ? {}
      : { origin: { thread: thread.origin.thread, at: thread.origin.at } }),
    inherited: history.inherited,
    ...(thread.erasures === 0 ? {} : { erasures: thread.erasures }),
    ...(snapshot === undefined ? {} : { snapshot }),
    entries: stretches.slice(0, fitting).flatMap((stretch) => load(parts, stretch)),
  }
  return { view, rest: stretches.slice(fitting) }
}

function load(parts: Parts, { id, name, from, to }: Stretch): Entry[] {
  return parts.entries.between(id, name, from, to)
}

/** One of the asked version wins over a newer one of another version. */
function newestSnapshot(
  parts: Parts,
  history: LocatedHistory<ThreadRow>,
  fold: FoldRef,
): StoredSnapshot | undefined {
  for (const version of ['same', 'any'] as const) {
    for (const range of history.ranges.toReversed()) {
      const owner = history.threads.get(range.thread)
      const found = owner && parts.snapshots.newest(owner.id, range, fold, version)
      if (found !== undefined) return found
    }
  }
  return undefined
}

function emptyView(thread: ThreadId, at: Sequence = 0): ThreadView {
  if (at !== 0) throw unknownPosition(thread, at, 0)
  return { thread, head: 0, at, hash: genesisHash(thread), inherited: 0, entries: [] }
}
