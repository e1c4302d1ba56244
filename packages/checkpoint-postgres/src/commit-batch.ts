import type { Checkpoint, Commit, NewSignal, ThreadId } from '@keepup/core'
import { type PostgresSession, type PostgresValue, statement } from '@keepup/database-postgres'

import { asError, isDry, isStale } from './as-error.ts'
import { type Line, readLine } from './lineage.ts'
import type { Parts } from './parts.ts'
import { plainCommit } from './plain-commit.ts'
import { type Known, sealBatch, type SealedBatch } from './sealed-batch.ts'
import type { Session } from './session.ts'
import { packSignals } from './signal-rows.ts'
import { selectStates, type StateRow, type ThreadState, toState } from './thread-states.ts'

const commitCall = statement('SELECT keepup_commit($1::text[], $2::jsonb, $3::bytea, $4, $5, $6)')
const lock = statement('SELECT keepup_lock($1::text[], $2::text[])')
const knownIds = statement<{ name: string; id: string }>(
  'SELECT t.name, e.id FROM entry e JOIN thread t ON t.id = e.thread WHERE t.name = ANY($1::text[]) AND e.id = ANY($2::text[])',
)
const landed = statement(
  `SELECT 1 FROM entry WHERE thread = (SELECT id FROM thread WHERE name = $1) AND sequence = $2
   AND substr(seal, 1, 32) = decode($3, 'hex')`,
)

/** A batch with the names in it. */
interface Named {
  readonly batch: Commit
  readonly signals: readonly NewSignal[]
  readonly threads: readonly ThreadId[]
  /** Threads of appends and signals, for their locks. */
  readonly all: readonly ThreadId[]
}

/**
 * Writes a commit. In one round trip, where the threads stand as this process saw them last: the function on the server refuses what was sealed for
 * another state. Where it does, and where the past of a thread has to be known first, in a transaction that locks the threads before it looks.
 */
export async function commitBatch(
  parts: Parts,
  session: Session,
  batch: Commit,
): Promise<readonly Checkpoint[]> {
  const named = nameAll(batch)
  let checkpoints = rewinds(batch) ? undefined : await commitAsSeen(parts, session, named)
  checkpoints ??= await commitLocked(parts, session, named)
  session.announce(named.all)
  return checkpoints
}

function nameAll(batch: Commit): Named {
  const signals = batch.signals ?? []
  const threads = [...new Set(batch.appends.map(({ thread }) => thread))]
  const all = [...new Set([...threads, ...signals.map(({ thread }) => thread)])]
  return { batch, signals, threads, all }
}

function rewinds({ appends }: Commit): boolean {
  return appends.some(({ entries }) => entries.some(({ type }) => type === 'thread-rewound'))
}

/** Commits on the state that was seen last; `undefined` where it has changed. */
async function commitAsSeen(
  parts: Parts,
  session: Session,
  named: Named,
): Promise<readonly Checkpoint[] | undefined> {
  const states = await lastSeen(parts, session, named)
  const sealed = sealBatch(parts, named.batch, {
    state: (thread) => states.get(thread),
    hasId: () => false,
    line: () => undefined,
  })
  let isRepeated = false
  const level = session.level(named.batch.flush)
  const short = plainCommit(named.batch, sealed, level, parts.given())
  const packed = short === undefined ? pack(parts, level, named, sealed) : undefined
  const parameters = (): readonly PostgresValue[] => packed ?? pack(parts, level, named, sealed)
  await parts.labels.store(session)
  try {
    const repeated = (): void => void (isRepeated = true)
    const written =
      short === undefined ? 0 : await session.change(short.statement, short.parameters, repeated)
    if (written === 0) await session.call(commitCall, parameters(), repeated)
  } catch (error) {
    // A first try whose answer was lost may have been written: the hash, which covers a random salt, tells.
    if (isRepeated && (await hasLanded(session, sealed))) return remember(parts, sealed)
    for (const name of named.threads) parts.states.forget(name)
    if (isStale(error)) return undefined
    throw refusal(parts, sealed, error)
  }
  return remember(parts, sealed)
}

/** Commits in a transaction that locks the threads first, so that nothing can change between looking and writing. */
async function commitLocked(parts: Parts, session: Session, named: Named): Promise<readonly Checkpoint[]> {
  let sealed: SealedBatch | undefined
  try {
    await session.write(named.batch.flush, async (inner) => {
      const within = { call: run(inner) }
      await inner.query(
        lock,
        named.all,
        named.signals.map(({ thread }) => thread),
      )
      sealed = sealBatch(parts, named.batch, await lookUp(within, named))
      const parameters = pack(parts, null, named, sealed)
      await parts.labels.storeWithin(within)
      await inner.query(commitCall, ...parameters)
    })
  } catch (error) {
    for (const name of named.threads) parts.states.forget(name)
    throw refusal(parts, sealed, error)
  }
  return sealed === undefined ? [] : remember(parts, sealed)
}

function run(inner: PostgresSession): Session['call'] {
  return (statement_, parameters) => inner.query(statement_, ...parameters)
}

/** What is known of the threads, from memory where an append was written for what is remembered. */
async function lastSeen(
  { states }: Parts,
  session: Session,
  { batch, threads }: Named,
): Promise<ReadonlyMap<ThreadId, ThreadState>> {
  const found = new Map<ThreadId, ThreadState>()
  for (const { thread, after } of batch.appends) {
    const state = states.get(thread)
    if (state !== undefined && (after === 'head' || after === state.head)) found.set(thread, state)
  }
  const missing = threads.filter((thread) => !found.has(thread))
  if (missing.length === 0) return found
  for (const row of await session.call(selectStates, [missing])) found.set(row.name, toState(row))
  return found
}

/** Everything about the threads of a batch, which are locked. */
async function lookUp(session: Pick<Session, 'call'>, { batch, threads }: Named): Promise<Known> {
  const rows = await session.call<StateRow>(selectStates, [threads])
  const states = new Map(rows.map((row) => [row.name, toState(row)]))
  const wanted = batch.appends.flatMap(({ entries }) => entries.flatMap(({ id }) => id ?? []))
  const found = wanted.length === 0 ? [] : await session.call(knownIds, [threads, wanted])
  const ids = new Set(found.map(({ name, id }) => `${name}\n${id}`))
  const lines = new Map<ThreadId, Line>()
  if (rewinds(batch)) for (const name of threads) lines.set(name, await readLine(session, name, null))
  return {
    state: (thread) => states.get(thread),
    hasId: (thread, id) => ids.has(`${thread}\n${id}`),
    line: (thread) => lines.get(thread),
  }
}

function pack(
  parts: Parts,
  level: 'on' | 'off' | null,
  { all, signals }: Named,
  sealed: SealedBatch,
): readonly PostgresValue[] {
  const content = sealed.refusal === undefined ? packSignals(parts, signals, sealed.bytes) : undefined
  const request = {
    appends: sealed.appends,
    ...(content === undefined ? { dry: true } : content.rows.length > 0 && { signals: content.rows }),
  }
  const bytes = content?.bytes ?? sealed.bytes
  return [all, JSON.stringify(request), bytes, level, parts.capacity, parts.given()]
}

/** Whether the entries of a sealed batch are stored. Appends are all or nothing, so that one entry tells. */
async function hasLanded(session: Session, { checkpoints }: SealedBatch): Promise<boolean> {
  const written = checkpoints.find(({ entries }) => entries.length > 0)
  if (written === undefined) return false
  return (await session.call(landed, [written.thread, written.sequence, written.hash])).length > 0
}

function remember(parts: Parts, { states, checkpoints }: SealedBatch): readonly Checkpoint[] {
  for (const [name, state] of states) parts.states.set(name, state)
  return checkpoints
}

/** What a batch is refused for: what the server found, or what was found before, where the server had nothing against it. */
function refusal(parts: Parts, sealed: SealedBatch | undefined, error: unknown): unknown {
  return sealed?.refusal !== undefined && isDry(error) ? sealed.refusal.error : asError(error, parts.capacity)
}
