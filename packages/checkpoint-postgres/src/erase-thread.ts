import { genesisHash } from '@keepup/checkpoint'
import { checkOwnEntry, hasForks, unknownThread } from '@keepup/checkpoint/backend'
import type { Erasure, Receipt, Sequence } from '@keepup/core'
import { type PostgresSession, statement } from '@keepup/database-postgres'

import { releaseArtifacts } from './artifact-uses.ts'
import { eraseEntry } from './erase-entry.ts'
import { type LockedThread, lockTree } from './locked-thread.ts'
import type { Parts } from './parts.ts'
import type { Session } from './session.ts'

const everySequence = 2 ** 31 - 1

const count = statement<{ entries: number; signals: number; snapshots: number }>(
  `SELECT (SELECT count(*) FROM entry WHERE thread = ANY($1::bigint[])) AS entries,
     (SELECT count(*) FROM signal WHERE thread = ANY($1::bigint[]) AND data IS NOT NULL) AS signals,
     (SELECT count(*) FROM snapshot WHERE thread = ANY($1::bigint[])) AS snapshots`,
)
const dropRows = ['entry', 'rewind', 'signal', 'snapshot'].map((table) =>
  statement(`DELETE FROM ${table} WHERE thread = ANY($1::bigint[])`),
)
// One statement for all: an origin goes together with its forks.
const dropThreads = statement('DELETE FROM thread WHERE id = ANY($1::bigint[])')
const countErasure = statement('UPDATE thread SET erasures = erasures + 1 WHERE id = ANY($1::bigint[])')
const dropSnapshots = statement<{ id: number }>(
  'DELETE FROM snapshot WHERE thread = ANY($1::bigint[]) AND at >= $2 RETURNING id',
)

/** Destroys data: some entries' or a whole thread's. See `Checkpointer.erase`. */
export async function eraseThread(parts: Parts, session: Session, erasure: Erasure): Promise<Receipt> {
  const receipt = await session.write('power', (inner) =>
    erasure.entries === undefined
      ? eraseWhole(inner, erasure)
      : eraseEntries(parts, inner, erasure, erasure.entries),
  )
  for (const thread of receipt.threads) parts.states.forget(thread)
  session.announce(receipt.threads)
  return receipt
}

async function eraseWhole(session: PostgresSession, { thread: name, forks }: Erasure): Promise<Receipt> {
  const gone = await lockTree(session, name)
  const [thread, ...dependants] = gone
  const ids = gone.map(({ id }) => id)
  const [counts] = await session.query(count, ids)
  if (thread === undefined || counts === undefined || (!thread.exists && counts.signals === 0))
    throw unknownThread(name)
  if (forks === 'refuse') refuseForks(thread, dependants)
  for (const id of ids) await releaseArtifacts(session, id, 0, everySequence, 'destroy')
  for (const drop of dropRows) await session.query(drop, ids)
  await session.query(dropThreads, ids)
  return {
    threads: gone.map((each) => each.name),
    ...counts,
    hash: thread.hash ?? genesisHash(name),
  }
}

async function eraseEntries(
  parts: Parts,
  session: PostgresSession,
  erasure: Erasure,
  sequences: readonly Sequence[],
): Promise<Receipt> {
  const tree = await lockTree(session, erasure.thread)
  const [thread] = tree
  if (thread?.exists !== true) throw unknownThread(erasure.thread)
  for (const sequence of sequences) checkOwnEntry(thread, sequence)
  const first = Math.min(...sequences)
  const dependants = sharing(thread, tree, first)
  if (erasure.forks === 'refuse') refuseForks(thread, dependants)
  let entries = 0
  for (const sequence of new Set(sequences)) {
    if (!(await eraseEntry(parts, session, thread, sequence))) continue
    await releaseArtifacts(session, thread.id, sequence, sequence, 'destroy')
    entries += 1
  }
  const affected = [thread, ...dependants]
  await session.query(
    countErasure,
    affected.map(({ id }) => id),
  )
  const snapshots = Number.isFinite(first)
    ? await session.query(
        dropSnapshots,
        affected.map(({ id }) => id),
        first,
      )
    : []
  return {
    threads: affected.map(({ name }) => name),
    entries,
    signals: 0,
    snapshots: snapshots.length,
    hash: thread.hash ?? genesisHash(thread.name),
  }
}

/** The forks of a thread whose past holds entries from a sequence on, and those of them. */
function sharing(thread: LockedThread, tree: readonly LockedThread[], first: Sequence): LockedThread[] {
  const direct = tree.filter(
    ({ origin }) => origin !== undefined && origin.thread === thread.name && origin.at >= first,
  )
  return direct.flatMap((fork) => [fork, ...sharing(fork, tree, first)])
}

function refuseForks(thread: LockedThread, forks: readonly LockedThread[]): void {
  if (forks.length === 0) return
  throw hasForks(
    thread.name,
    forks.map(({ name }) => name),
  )
}
