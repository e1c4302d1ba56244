import { checkThread, chainHash, genesisHash } from '@keepup/checkpoint'
import { locateHistory, threadExists, unknownThread } from '@keepup/checkpoint/backend'
import type { Hash, Origin, Sequence, ThreadId } from '@keepup/core'
import { statement } from '@keepup/database-postgres'

import { isForkExisting, isStale } from './as-error.ts'
import { type Line, readLine } from './lineage.ts'
import type { Parts } from './parts.ts'
import { readEntries } from './read-entries.ts'
import type { Session } from './session.ts'

const fork = statement('SELECT keepup_fork($1, $2, $3::jsonb, $4, $5, $6)')

/** Makes a thread whose past is another's; copies no entry. See `Checkpointer.fork`. */
export async function forkThread(parts: Parts, session: Session, from: Origin, to: ThreadId): Promise<void> {
  checkThread(to)
  for (;;) {
    const line = await readLine(session, from.thread, position(from.at))
    const [source] = line[0] ?? []
    if (source === undefined) throw unknownThread(from.thread)
    locateHistory(line, from.at)
    const hash = await hashAt(parts, session, line, from.at)
    const bases = line.map(([{ id, base }]) => [id, base ?? null])
    try {
      await session.call(fork, [from.thread, from.at, JSON.stringify(bases), hash, to, parts.given()])
      session.announce([to])
      return
    } catch (error) {
      if (isForkExisting(error)) throw threadExists(to, 'Fork to an id that was never used.')
      // It was pruned or erased meanwhile: what is there now decides.
      if (!isStale(error)) throw error
    }
  }
}

/** A position that a column can be compared with; `null` for one that no thread has. */
export function position(at: Sequence | undefined): Sequence | null {
  return at !== undefined && Number.isSafeInteger(at) && at >= 0 && at < 2 ** 31 ? at : null
}

/** The chain's hash at a position that exists, of a line that was read with it. */
export async function hashAt(parts: Parts, session: Session, line: Line, at: Sequence): Promise<Hash> {
  const owner = line.find(([{ origin }]) => origin === undefined || at > origin.at)?.[0]
  const oldest = line.at(-1)?.[0].name ?? ''
  if (owner === undefined || at === 0) return genesisHash(oldest)
  if (owner.base !== at) return owner.hashAt ?? genesisHash(owner.name)
  const [base] = await readEntries(parts.labels, session, [
    { id: owner.id, name: owner.name, from: at, to: at },
  ])
  return base === undefined ? genesisHash(owner.name) : chainHash(base)
}
