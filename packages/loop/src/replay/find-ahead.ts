import type { ReplayCursor } from '@keepup/checkpoint'
import type { AgentEntry, AgentEntryType, Entry } from '@keepup/core'

/** Entries that end what one process did to a run. The next entry was written by another call of `run`. */
const ends: ReadonlySet<string> = new Set(['run-finished', 'run-waiting'])

/** What no run writes. */
const foreign: ReadonlySet<string> = new Set([
  'workspace-restore-begun',
  'workspace-restore-ended',
  'workspace-bound',
  'agent-delegated',
  'agent-released',
])

/** Whether somebody else wrote an entry between two runs: no run rewinds or tags unless a signal asks for it, and what it compacts is the runtime's. */
export function isForeign({ type, cause, by }: Entry): boolean {
  if (typeof cause === 'string') return false
  return (
    foreign.has(type) ||
    // What a package writes of its own bears its prefix.
    type.includes('/') ||
    type === 'thread-rewound' ||
    type === 'thread-tagged' ||
    (type === 'context-compacted' && by !== 'runtime')
  )
}

/** The recorded entries to come until the process that wrote them finished, waited or died. */
export function* ahead(cursor: ReplayCursor): Generator<AgentEntry> {
  let first = true
  for (const entry of cursor.upcoming()) {
    if ((entry.type === 'run-resumed' && !first) || isForeign(entry)) return
    first = false
    // A replayed thread is an agent's.
    yield entry as AgentEntry
    if (ends.has(entry.type)) return
  }
}

/** Whether an entry tells of a signal that is taken also while the agent is busy. */
export function isUrgentSignal(entry: Entry): boolean {
  if (typeof entry.cause !== 'string') return false
  if (isOne(entry, ['signal-declined']))
    return entry.data.channel === 'control' && entry.data.kind !== 'rewind'
  return isOne(entry, ['run-interrupted', 'run-stopping', 'thread-tagged'])
}

/** Whether an entry came from beside the loop's own steps: an urgent signal, or an interrupt of the process itself. */
export function isUrgent(entry: Entry): boolean {
  return isUrgentSignal(entry) || entry.type === 'run-interrupted'
}

/**
 * Resolves once nothing from beside the loop's steps comes next that something else than the loop took. What a boundary took is taken by the boundary: whoever
 * waits here came before it.
 */
export async function awaitOthers(cursor: ReplayCursor): Promise<void> {
  await cursor.waitFor((entry) => !isUrgent(entry) || isTakenAtBoundary(cursor))
}

/** Whether signals that only a boundary takes were taken together with the next one. */
export function isTakenAtBoundary(cursor: ReplayCursor): boolean {
  const time = cursor.next()?.time
  for (const entry of cursor.upcoming()) {
    if (typeof entry.cause !== 'string' || entry.time !== time) return false
    if (!isUrgentSignal(entry)) return true
  }
  return false
}

/** The first recorded entry to come of one of these types, written by the same process. */
export function findAhead<Type extends AgentEntryType>(
  cursor: ReplayCursor,
  ...types: readonly Type[]
): AgentEntry<Type> | undefined {
  for (const entry of ahead(cursor)) if (isOne(entry, types)) return entry
  return undefined
}

/** Whether an entry has one of these types. */
export function isOne<Type extends AgentEntryType>(
  entry: Entry,
  types: readonly Type[],
): entry is AgentEntry<Type> {
  return types.some((type) => type === entry.type)
}
