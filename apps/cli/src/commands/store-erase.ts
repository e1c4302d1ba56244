import { KeepupError, type Hash, type Receipt, type ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import type { ExitName } from '../exit-code.ts'
import type { EraseFlags } from '../routes/store-routes.ts'
import { isDatabaseAddress } from '../settings/database-address.ts'
import { storePlace } from '../store-path.ts'
import { openExistingStore, type Store } from '../store.ts'
import { safeText } from '../terminal/safe-text.ts'
import type { CopyMade } from '../upkeep/copies-made.ts'
import { type Reach, reachOf } from '../upkeep/reach-of-erasure.ts'
import { type ReleasedFiles, releaseFiles } from '../upkeep/release-files.ts'
import { snapshotsOf } from '../upkeep/snapshots-of.ts'

/** What was erased, and what could not be reached. */
interface Erased extends Receipt {
  readonly files: ReleasedFiles
  /** The keys are gone: no copy of the content can be read any more, wherever it is. */
  readonly keysDestroyed: boolean
  /** Copies that commands made since the first of the threads began. */
  readonly copies: readonly CopyMade[]
  readonly notReached: readonly string[]
}

/** Destroys a thread or entries of it for good; the receipt says what there was. A name must be whole: nothing is erased by a guess. */
export async function storeErase(line: CommandLine, flags: EraseFlags, thread: string): Promise<ExitName> {
  await using store = await openExistingStore(storePlace(line, flags))
  refuseReadable(store, flags)
  if (await endKilled(line, store, thread)) return 'completed'
  const reach = await reachOf(store, thread, flags.entries)
  // First the files: killed after them, the thread is still there to be erased. What will be refused changes nothing.
  const isAllowed = (reach.forks.length === 0 || flags.forks) && (await hasAll(store, thread, flags))
  const files = isAllowed ? await eraseFiles(line, store, flags, reach) : undefined
  const receipt = await eraseRows(line, store, flags, { ...reach, gone: isAllowed ? reach.gone : [] }, thread)
  const erased = await describe(store, flags, reach, receipt, files)
  await line.terminal.out.write(flags.json ? `${JSON.stringify(erased)}\n` : `${safeText(words(erased))}\n`)
  return 'completed'
}

/** A server keeps what was deleted: in old versions of rows, in its log, in replicas and backups. Only destroyed keys reach those. */
function refuseReadable({ path, keys }: Store, { rowsOnly }: EraseFlags): void {
  if (!isDatabaseAddress(path) || keys !== undefined || rowsOnly) return
  throw new KeepupError(
    'keys-required',
    `what ${path} stores is not encrypted, so a server keeps the bytes of what is deleted`,
    {
      details: {
        fix: 'delete the rows all the same with --rows-only, then VACUUM FULL and let old backups go; and encrypt what comes: keepup store encrypt',
      },
    },
  )
}

/** The rows go before the keys, and a kill may come in between: so it is noted that the threads are being erased. */
async function eraseRows(
  { host }: CommandLine,
  store: Store,
  { entries, forks }: EraseFlags,
  { gone }: Reach,
  thread: ThreadId,
): Promise<Receipt> {
  const { checkpointer, copies, keys } = store
  const noted = keys !== undefined && entries === undefined ? gone : []
  for (const path of noted) await copies.note({ kind: 'erasing', path, made: host.clock.now() })
  const receipt = await checkpointer.erase({
    thread,
    forks: forks ? 'cascade' : 'refuse',
    ...(entries === undefined ? {} : { entries }),
  })
  for (const path of noted) await copies.forget('erasing', path)
  if (noted.length > 0) await store.shred?.()
  return receipt
}

/** Destroys the keys of a thread whose rows a killed erasure took already. */
async function endKilled(line: CommandLine, store: Store, thread: ThreadId): Promise<boolean> {
  const notes = (await store.copies.list()).filter(({ kind }) => kind === 'erasing')
  if (!notes.some(({ path }) => path === thread) || store.keys === undefined) return false
  for await (const { thread: known } of store.checkpointer.threads()) if (known === thread) return false
  await store.keys.threads.destroy(thread)
  await store.copies.forget('erasing', thread)
  await store.shred?.()
  await line.terminal.out.write(safeText(`erased: the keys of ${thread}; its rows were gone already\n`))
  return true
}

/** Whether a thread has the entries that are to be erased. */
async function hasAll({ checkpointer }: Store, thread: ThreadId, { entries }: EraseFlags): Promise<boolean> {
  const missing = new Set(entries)
  if (missing.size > 0) for await (const { sequence } of checkpointer.log(thread)) missing.delete(sequence)
  return missing.size === 0
}

async function eraseFiles(
  { host }: CommandLine,
  store: Store,
  { entries }: EraseFlags,
  { gone, others }: Reach,
): Promise<ReleasedFiles> {
  const ids = await union(store, gone, entries === undefined ? undefined : new Set(entries))
  const none = { snapshots: 0, deleted: 0, shared: 0, held: 0 }
  if (ids.size === 0) return none
  const kept = new Set(await union(store, others))
  if (entries !== undefined) for (const id of await restOf(store, gone, new Set(entries))) kept.add(id)
  return releaseFiles(store, host.environment, ids, kept)
}

async function union(
  { checkpointer }: Store,
  threads: readonly ThreadId[],
  only?: ReadonlySet<number>,
): Promise<ReadonlySet<Hash>> {
  const ids = new Set<Hash>()
  for (const thread of threads) for (const id of await snapshotsOf(checkpointer, thread, only)) ids.add(id)
  return ids
}

/** Snapshots that entries of the same threads name which are not erased. */
async function restOf(
  { checkpointer }: Store,
  threads: readonly ThreadId[],
  erased: ReadonlySet<number>,
): Promise<ReadonlySet<Hash>> {
  const ids = new Set<Hash>()
  for (const thread of threads) {
    const left = new Set<number>()
    for await (const { sequence } of checkpointer.log(thread)) if (!erased.has(sequence)) left.add(sequence)
    for (const id of await snapshotsOf(checkpointer, thread, left)) ids.add(id)
  }
  return ids
}

async function describe(
  store: Store,
  flags: EraseFlags,
  { since }: Reach,
  receipt: Receipt,
  files: ReleasedFiles = { snapshots: 0, deleted: 0, shared: 0, held: 0 },
): Promise<Erased> {
  const keysDestroyed = store.keys !== undefined && flags.entries === undefined
  const copies = (await store.copies.list()).filter(({ kind, made }) => kind !== 'erasing' && made >= since)
  return { ...receipt, files, keysDestroyed, copies, notReached: notReached(store, keysDestroyed) }
}

function notReached({ path, keys }: Store, keysDestroyed: boolean): readonly string[] {
  const onServer = isDatabaseAddress(path)
  return [
    'what tools did outside the store, and exports that were made of it',
    ...(keysDestroyed ? ['artifacts in backups: one key is for all of them'] : []),
    ...(onServer && !keysDestroyed
      ? ['the server: old versions of rows until VACUUM FULL, its log, replicas, backups']
      : []),
    ...(!onServer && !keysDestroyed ? ['copies and backups of the file that were made otherwise'] : []),
    ...(keys === undefined ? [] : ['copies of the key ring, from which destroyed keys could come back']),
    'what a disk keeps of files that were deleted',
  ]
}

function words({
  threads,
  entries,
  signals,
  snapshots,
  hash,
  files,
  keysDestroyed,
  copies,
  notReached: rest,
}: Erased): string {
  return [
    `erased: ${entries} entries, ${signals} signals and ${snapshots} snapshots of ${threads.join(', ')}`,
    `head before: ${hash}`,
    ...filesWords(files),
    ...(keysDestroyed ? ['keys: destroyed; what backups and copies hold of it opens no more'] : []),
    ...copies.map(({ kind, path, made }) => copyWords(kind, path, made, keysDestroyed)),
    ...rest.map((each) => `not erased: ${each}`),
  ].join('\n')
}

function filesWords({ snapshots, deleted, shared, held }: ReleasedFiles): readonly string[] {
  if (snapshots + held === 0) return []
  const stays = shared === 0 ? '' : `; ${shared} are shared with other snapshots and stay`
  return [
    `files: ${snapshots} snapshots, ${deleted} contents and folders deleted${stays}`,
    ...(held === 0 ? [] : [`files: ${held} snapshots stay, as other threads go back to the same files`]),
  ]
}

function copyWords(kind: CopyMade['kind'], path: string, made: number, keysDestroyed: boolean): string {
  const when = new Date(made).toISOString().slice(0, 16).replace('T', ' ')
  return keysDestroyed && kind !== 'export'
    ? `opens no more: the ${kind} ${path} of ${when}`
    : `not erased: the ${kind} ${path} of ${when}`
}
