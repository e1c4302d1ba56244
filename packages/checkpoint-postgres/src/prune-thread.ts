import { leaseLost, sealBase } from '@keepup/checkpoint'
import {
  checkErasures,
  checkPrune,
  locateHistory,
  type RewoundThread,
  stretchesOf,
  unknownThread,
} from '@keepup/checkpoint/backend'
import type { Pruning, Receipt } from '@keepup/core'
import { type PostgresSession, statement } from '@keepup/database-postgres'

import { releaseArtifacts } from './artifact-uses.ts'
import { toRow } from './entry-row.ts'
import { hashAt } from './fork-thread.ts'
import { readLine } from './lineage.ts'
import { type LockedThread, lockTree } from './locked-thread.ts'
import type { Parts } from './parts.ts'
import { readEntries } from './read-entries.ts'
import type { Session } from './session.ts'
import { useArtifacts } from './use-artifacts.ts'

const isHolder = statement<{ live: boolean }>(
  'SELECT token = $2 AND expires > keepup_now($3) AS live FROM thread WHERE name = $1',
)
const dropThrough = statement<{ sequence: number }>(
  'DELETE FROM entry WHERE thread = $1 AND sequence <= $2 RETURNING sequence',
)
// What is left of a commit that was cut counts its parts from 0 again.
const recount = statement(
  `UPDATE entry SET part = sequence - $2 WHERE thread = $1 AND sequence >= $2 AND sequence < coalesce(
     (SELECT min(sequence) FROM entry WHERE thread = $1 AND sequence >= $2 AND part = 0), 2147483647)`,
)
const insert = statement(
  `INSERT INTO entry (thread, sequence, part, time, cause, checksum, kind, id, rare, label, seal, data)
   VALUES ($1, $2, 0, $3, NULL, $4, $5, NULL, $6, decode($7, 'hex'), decode($8, 'hex'), $9)`,
)
const dropRewinds = statement('DELETE FROM rewind WHERE thread = $1 AND sequence <= $2')
const dropSnapshots = statement<{ id: number }>(
  'DELETE FROM snapshot WHERE thread = $1 AND at < $2 RETURNING id',
)
const settle = statement(
  `UPDATE thread SET base = $2, origin = NULL, origin_at = NULL, changed = nextval('last_change') WHERE id = $1`,
)

/** Replaces a thread's oldest entries by a base entry. See `Checkpointer.prune`. */
export async function pruneThread(parts: Parts, session: Session, pruning: Pruning): Promise<Receipt> {
  const receipt = await session.write('power', (inner) =>
    prune(
      parts,
      { ...session, call: (statement_, parameters) => inner.query(statement_, ...parameters) },
      inner,
      pruning,
    ),
  )
  parts.states.forget(pruning.thread)
  session.announce([pruning.thread])
  return receipt
}

async function prune(
  parts: Parts,
  session: Session,
  inner: PostgresSession,
  pruning: Pruning,
): Promise<Receipt> {
  const { thread: name, through } = pruning
  const [thread, ...forks] = await lockTree(inner, name)
  const [holder] = await inner.query(isHolder, name, pruning.lease, parts.given())
  if (holder?.live !== true) throw leaseLost(name, pruning.lease)
  if (thread?.exists !== true) throw unknownThread(name)
  checkErasures(name, pruning.erasures, thread.erasures)
  checkPrune(rewound(thread), forks.map(rewound), through)

  const line = await readLine(session, name, through)
  const past = await readEntries(
    parts.labels,
    session,
    stretchesOf(locateHistory(line, through), 0, Infinity),
  )
  const sealed = sealBase({
    pruning,
    past,
    replaced: await hashAt(parts, session, line, through),
    salt: parts.newSalt(),
  })
  await releaseArtifacts(inner, thread.id, 0, through, 'keep')
  const entries = await inner.query(dropThrough, thread.id, through)
  await inner.query(recount, thread.id, through + 1)
  const row = toRow(sealed, 0, parts.labels)
  await parts.labels.storeWithin(session)
  const { time, checksum, kind, rare, label, seal } = row
  await inner.query(insert, thread.id, through, time, checksum, kind, rare, label, seal, sealed.bytes)
  await useArtifacts(inner, thread.id, sealed.entry)
  await inner.query(dropRewinds, thread.id, through)
  const snapshots = await inner.query(dropSnapshots, thread.id, through)
  await inner.query(settle, thread.id, through)
  return {
    threads: [name],
    entries: entries.length,
    signals: 0,
    snapshots: snapshots.length,
    hash: thread.hash ?? '',
  }
}

function rewound(thread: LockedThread): RewoundThread {
  return { thread, rewinds: thread.rewinds }
}
