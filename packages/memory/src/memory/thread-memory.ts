import type {
  AgentEntryData,
  Checkpointer,
  Entry,
  NewEntry,
  Sequence,
  ThreadId,
  ThreadView,
  Timestamp,
} from '@keepup/core'

import { isScopeId, overlayId, overlayOrigin, type Scope, type ScopeId } from '../contract/scope.ts'
import type { Memory } from './create-memory.ts'
import { resolveScope } from './recall.ts'

/** The data of a `memory-read` entry of an agent's thread: what it had of a scope. */
export interface MemoryRead {
  readonly scope: ScopeId
  readonly at: Sequence
}

/** The scope that a thread is to read and write. */
export interface ThreadMemory {
  /** The scope itself; or, in a thread that was forked or rewound, an overlay over the scope as the thread last knew it. */
  readonly scope: ScopeId
  /** Whether it is an overlay: `Memory.merge` proposes it back. */
  readonly isOverlay: boolean
}

/**
 * Finds the memory of a thread's time. A thread that only went on has the scope as it is. One that was forked or rewound has the scope as it was when the past that it
 * kept last read it, and keeps what it adds to itself. Append {@link memoryReadEntry} to the thread after each read and write, or only times can be told; `memoryTools` say it in their outcomes.
 */
export async function threadMemory(
  memory: Memory,
  checkpointer: Checkpointer,
  thread: ThreadId,
  scope: Scope | ScopeId,
): Promise<ThreadMemory> {
  const base = resolveScope(scope)
  const view = await checkpointer.read(thread)
  if (view.inherited === 0) return { scope: base, isOverlay: false }
  const known = lastRead(view, base)
  const past = known?.scope ?? base
  const at = known?.at ?? (await atTime(memory, base, timeOf(view)))
  return { scope: overlayId(past, at, `${thread} ${view.inherited}`), isOverlay: true }
}

/** The entry by which a thread says what it had of a scope. */
export function memoryReadEntry(read: MemoryRead, time: Timestamp): NewEntry<'memory-read', MemoryRead> {
  return { type: 'memory-read', version: 1, critical: false, time, by: 'runtime', data: read }
}

/** What the past that the thread kept last had of the scope, or of an overlay over it. */
function lastRead({ entries, inherited }: ThreadView, base: ScopeId): MemoryRead | undefined {
  for (const entry of entries.toReversed()) {
    if (entry.sequence > inherited || entry.erased === true) continue
    const read = readOf(entry)
    if (read !== undefined && isScopeId(read.scope) && rootOf(read.scope) === base) return read
  }
  return undefined
}

/** What an entry says of a read: itself, or as the outcome of a tool. Tools of others may say anything, so nothing is believed but the form. */
function readOf(entry: Entry): MemoryRead | undefined {
  const said = entry.type === 'memory-read' ? entry.data : markOf(entry)
  if (typeof said !== 'object' || said === null || !('scope' in said) || !('at' in said)) return undefined
  const { scope, at } = said
  if (typeof scope !== 'string' || typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0)
    return undefined
  return { scope, at }
}

function markOf(entry: Entry): unknown {
  if (entry.type !== 'tool-finished') return undefined
  // The loop wrote it.
  const { outcome } = entry.data as AgentEntryData['tool-finished']
  const structured = outcome.type === 'completed' ? outcome.output.structured : undefined
  if (typeof structured !== 'object' || structured === null || !('memoryRead' in structured)) return undefined
  return structured['memoryRead']
}

function rootOf(scope: ScopeId): ScopeId {
  const origin = overlayOrigin(scope)
  return origin === undefined ? scope : rootOf(origin.base)
}

function timeOf({ entries, inherited }: ThreadView): Timestamp {
  return entries.findLast(({ sequence }) => sequence <= inherited)?.time ?? 0
}

async function atTime(memory: Memory, base: ScopeId, time: Timestamp): Promise<Sequence> {
  return (await memory.asOf(base, { time })).at
}
