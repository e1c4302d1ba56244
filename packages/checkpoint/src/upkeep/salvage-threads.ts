import {
  type ArtifactHash,
  type ArtifactInfo,
  type ArtifactStore,
  type Entry,
  KeepupError,
  type Sequence,
  type ThreadId,
  type ThreadSummary,
} from '@keepup/core'

import { encodeValue } from '../encode-value.ts'
import { commitParts } from '../transfer/commit-parts.ts'
import type { ExportSource } from '../transfer/export-threads.ts'
import type { ImportTarget, ReceivedEntry } from '../transfer/thread-receiver.ts'
import { inspectEntries } from './inspect-entries.ts'
import { stateOf } from './verify-store.ts'

/** What was saved of one thread. */
export interface SalvagedThread {
  readonly thread: ThreadId
  /** Its head in the target; 0 where its beginning could not be read, so that it is not there. */
  readonly head: Sequence
  /** Own entries that are whole, but follow a damaged one: they are only in `strays`. */
  readonly strays: number
}

/** One step of a salvage: a thread that is done, or a whole entry that no thread of the target can hold. */
export type Salvage = { readonly thread: SalvagedThread } | { readonly stray: Entry }

const atOnce = 256

/**
 * Copies what is whole of a damaged store into an empty one: of each thread all that lies before its first damaged entry, with its hashes, and the artifacts
 * and waiting signals. Whole entries after a damaged one, and forks whose past is damaged, are given as strays, to be kept elsewhere.
 * The damaged store is only read.
 */
export async function* salvageThreads(from: ExportSource, to: ImportTarget): AsyncGenerator<Salvage> {
  const waiting = new Map<ThreadId, ThreadSummary>()
  for await (const summary of from.checkpointer.threads()) waiting.set(summary.thread, summary)
  const artifacts = new Set<ArtifactHash>()
  for (const name of [...waiting.keys()].toReversed()) {
    const line: ThreadSummary[] = []
    for (let next = waiting.get(name); next !== undefined; next = waiting.get(next.origin?.thread ?? '')) {
      line.unshift(next)
      waiting.delete(next.thread)
    }
    for (const summary of line) yield* salvageThread(from, to, summary, artifacts)
  }
}

async function* salvageThread(
  from: ExportSource,
  to: ImportTarget,
  summary: ThreadSummary,
  artifacts: Set<ArtifactHash>,
): AsyncGenerator<Salvage> {
  const { thread, origin } = summary
  const parts = commitParts(from.checkpointer, thread, origin?.at ?? 0)
  const copy = createCopy(to, summary)
  let isWhole = origin === undefined || (await isReadable(to, origin.thread, origin.at))
  let strays = 0
  for await (const found of inspectEntries(from.checkpointer, summary)) {
    isWhole &&= found.damage === undefined
    if (found.entry === undefined) continue
    if (isWhole) {
      await copyArtifacts(from, to, found.entry, artifacts)
      await copy.add(await receivedOf(from, found.entry, parts))
    } else {
      strays += 1
      yield { stray: found.entry }
    }
  }
  const head = await copy.finish(isWhole)
  await to.checkpointer.signal(await from.checkpointer.pending(thread), 'power')
  yield { thread: { thread, head, strays } }
}

/** A thread of the target that grows by whole entries, a batch at a time. */
function createCopy(to: ImportTarget, { thread, writers, created, origin }: ThreadSummary) {
  let after = origin?.at ?? 0
  let entries: ReceivedEntry[] = []
  let made = false

  async function store(): Promise<void> {
    const frame = { thread, writers, created, ...(origin === undefined ? {} : { origin }) }
    await to.checkpointer.receive({ ...frame, after, entries, flush: 'power', withoutArtifacts: true })
    after = entries.at(-1)?.entry.sequence ?? after
    entries = []
    made = true
  }

  return {
    async add(entry: ReceivedEntry): Promise<void> {
      entries.push(entry)
      if (entries.length === atOnce) await store()
    },
    /** The head; 0 where there is no thread. `isWhole`: it exists although it has no entry of its own. */
    async finish(isWhole: boolean): Promise<Sequence> {
      if (entries.length > 0 || (isWhole && !made)) await store()
      return made ? after : 0
    },
  }
}

async function isReadable({ checkpointer }: ImportTarget, thread: ThreadId, at: Sequence): Promise<boolean> {
  return (await checkpointer.read(thread, { at: 0 })).head >= at
}

async function receivedOf(
  { checkpointer }: ExportSource,
  entry: Entry,
  parts: ReturnType<typeof commitParts>,
): Promise<ReceivedEntry> {
  const part = await parts(entry.sequence)
  const isRewind = entry.type === 'thread-rewound'
  const to = isRewind ? { to: (await checkpointer.read(entry.thread, { at: entry.sequence })).inherited } : {}
  return { entry, part, ...to, ...(entry.erased === true ? {} : { bytes: encodeValue(entry.data) }) }
}

async function copyArtifacts(
  from: ExportSource,
  to: ImportTarget,
  entry: Entry,
  done: Set<ArtifactHash>,
): Promise<void> {
  if (entry.erased === true || from.artifacts === undefined) return
  for (const hash of entry.artifacts ?? []) {
    if (done.has(hash)) continue
    done.add(hash)
    if ((await stateOf(from.artifacts, hash)) !== 'whole') continue
    const info = await describe(from.artifacts, hash)
    if (info !== undefined) await to.artifacts?.put(from.artifacts.get(hash), info)
  }
}

/** What is known of an artifact; nothing where its label is lost, without which nobody may say what it is. */
async function describe(artifacts: ArtifactStore, hash: ArtifactHash): Promise<ArtifactInfo | undefined> {
  try {
    return await artifacts.describe(hash)
  } catch (error) {
    if (KeepupError.is(error, 'thread-damaged') || KeepupError.is(error, 'database-corrupt')) return undefined
    throw error
  }
}
