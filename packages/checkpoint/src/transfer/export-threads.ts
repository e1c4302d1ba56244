import {
  type ArtifactHash,
  type ArtifactStore,
  type Checkpointer,
  type Entry,
  type Hash,
  KeepupError,
  type Sequence,
  type ThreadId,
  type ThreadSummary,
} from '@keepup/core'

import { encodeText } from '../encode-value.ts'
import { chainHash, genesisHash } from '../entry-hash.ts'
import { entryMisfit } from '../entry-misfit.ts'
import { headerOf } from '../seal-entry.ts'
import { unknownThread } from '../unknown-position.ts'
import { chainHashAt } from './chain-hash-at.ts'
import { createLineChain } from './chained-lines.ts'
import { commitParts } from './commit-parts.ts'

/** Where threads are exported from. */
export interface ExportSource {
  readonly checkpointer: Checkpointer
  /** Needed where entries name artifacts. */
  readonly artifacts?: ArtifactStore
  /** Where the content is encrypted: by which keys it opens. Written into the export, which stays encrypted. */
  readonly keys?: ExportedKeys
}

/** By which keys the content of an export opens: names, no secrets. */
export interface ExportedKeys {
  /** The store that it was encrypted for. */
  readonly store: string
  readonly ring: string
}

/** Bytes of an artifact in one line, before base64. */
const chunkSize = 49_152

/** What one export has written already. */
interface Progress {
  readonly source: ExportSource
  readonly summaries: ReadonlyMap<ThreadId, ThreadSummary>
  readonly line: (record: object) => string
  readonly threads: Set<ThreadId>
  readonly artifacts: Set<ArtifactHash>
  entries: number
}

/**
 * The threads named, or all, as lines of JSON that `importThreads` reads: physical histories with salts and hashes, the threads that they were forked
 * from, artifacts before the entry that names them, signals that wait. The chain of every thread is recomputed on the way. In memory are an
 * entry, a piece of an artifact, and a summary of each thread. Beside a run, each thread ends at its head when the export began.
 *
 * Fails `thread-unknown`, `thread-damaged` naming the entry, `artifact-unknown`, `artifact-damaged`. Snapshots and leases are not exported.
 */
export async function* exportThreads(
  source: ExportSource,
  threads?: readonly ThreadId[],
): AsyncGenerator<string> {
  const summaries = new Map<ThreadId, ThreadSummary>()
  for await (const summary of source.checkpointer.threads()) summaries.set(summary.thread, summary)
  const line = createLineChain()
  const progress: Progress = {
    source,
    summaries,
    line,
    threads: new Set(),
    artifacts: new Set(),
    entries: 0,
  }
  const { keys } = source
  yield line({
    record: 'export',
    format: 'keepup-export',
    version: 1,
    ...(keys === undefined ? {} : { keys }),
  })
  for (const thread of threads ?? [...summaries.keys()].toReversed()) yield* exportLine(progress, thread)
  yield line({ record: 'end', threads: progress.threads.size, entries: progress.entries })
}

/** A thread after those it was forked from. */
async function* exportLine(progress: Progress, thread: ThreadId): AsyncGenerator<string> {
  const line: ThreadSummary[] = []
  for (let name: ThreadId | undefined = thread; name !== undefined && !progress.threads.has(name);) {
    const summary = progress.summaries.get(name)
    if (summary === undefined) throw unknownThread(name)
    line.unshift(summary)
    name = summary.origin?.thread
  }
  for (const summary of line) {
    progress.threads.add(summary.thread)
    yield* exportThread(progress, summary)
  }
}

async function* exportThread(progress: Progress, summary: ThreadSummary): AsyncGenerator<string> {
  const { line, source } = progress
  const { thread, writers, created, origin, head } = summary
  yield line({ record: 'thread', thread, writers, created, ...(origin === undefined ? {} : { origin }) })
  let hash = await startOf(source.checkpointer, summary)
  const parts = commitParts(source.checkpointer, thread, origin?.at ?? 0)
  for await (const entry of checkedLog(source.checkpointer, summary, hash)) {
    hash = chainHash(entry)
    if (entry.erased !== true) for (const name of entry.artifacts ?? []) yield* exportArtifact(progress, name)
    yield line(await entryRecord(source.checkpointer, entry, await parts(entry.sequence)))
    progress.entries += 1
  }
  yield line({ record: 'head', thread, sequence: head, hash })
  for (const signal of await source.checkpointer.pending(thread)) {
    // In one order, so that every backend gives the same file.
    const { id, channel, type, time, by, labels, data } = signal
    const header = { id, thread, channel, type, time, by, ...(labels && { labels }) }
    yield line({ record: 'signal', ...header, data: encodeText(data) })
  }
}

/** The chain's hash before a thread's first own entry. */
async function startOf(checkpointer: Checkpointer, { thread, origin }: ThreadSummary): Promise<Hash> {
  if (origin === undefined) return genesisHash(thread)
  const hash = await chainHashAt(checkpointer, origin.thread, origin.at)
  if (hash !== undefined) return hash
  throw damaged(origin.thread, origin.at, 'it is missing')
}

/** A thread's own entries up to its head, each held against the chain before it is given. */
async function* checkedLog(
  checkpointer: Checkpointer,
  { thread, origin, head }: ThreadSummary,
  start: Hash,
): AsyncGenerator<Entry> {
  let at = origin?.at ?? 0
  let chain = start
  if (at === head) return
  for await (const entry of checkpointer.log(thread, at)) {
    const isBase = entry.type === 'thread-pruned'
    if (!isBase && entry.sequence !== at + 1) throw damaged(thread, at + 1, 'it is missing')
    const misfit = entryMisfit(entry, isBase ? genesisHash(thread) : chain)
    if (misfit !== undefined) throw damaged(thread, entry.sequence, misfit)
    chain = chainHash(entry)
    at = entry.sequence
    if (at > head) break
    yield entry
    if (at === head) return
  }
  throw damaged(thread, Math.min(at, head) + 1, 'it is missing')
}

async function entryRecord(checkpointer: Checkpointer, entry: Entry, part: number): Promise<object> {
  const { thread, sequence, salt, hash, erased } = entry
  const { thread: _, ...header } = headerOf(entry, thread, sequence)
  const place = part === 0 ? {} : { part }
  if (erased !== true)
    return { record: 'entry', ...header, ...place, salt, hash, data: encodeText(entry.data) }
  // Where it rewound to was erased with its data, but not forgotten.
  const rewind =
    entry.type === 'thread-rewound'
      ? { to: (await checkpointer.read(thread, { at: sequence })).inherited }
      : {}
  return { record: 'entry', ...header, ...place, ...rewind, hash, dataHash: entry.dataHash }
}

async function* exportArtifact(progress: Progress, hash: ArtifactHash): AsyncGenerator<string> {
  if (progress.artifacts.has(hash)) return
  progress.artifacts.add(hash)
  const { artifacts } = progress.source
  const info = await artifacts?.describe(hash)
  if (artifacts === undefined || info === undefined) {
    const message = `Artifact ${hash}, which an entry names, is not stored. Restore it, or export threads that do not need it.`
    throw new KeepupError('artifact-unknown', message, { details: { hash } })
  }
  const { size, mediaType, label } = info
  yield progress.line({ record: 'artifact', hash, size, mediaType, label })
  for await (const bytes of artifacts.get(hash)) {
    for (let from = 0; from < bytes.length; from += chunkSize) {
      const piece = Buffer.from(bytes.subarray(from, from + chunkSize))
      yield progress.line({ record: 'chunk', bytes: piece.toString('base64') })
    }
  }
}

function damaged(thread: ThreadId, sequence: Sequence, why: string): KeepupError {
  const message =
    `Entry ${sequence} of thread ${thread} cannot be exported: ${why}. If nothing was pruned or erased meanwhile, it is damaged: ` +
    'look with keepup store verify, and restore the store from a backup.'
  return new KeepupError('thread-damaged', message, { details: { thread, sequence } })
}
