import type { Entry, JsonValue, ThreadId } from '@keepup/core'
import type { FoundApproval } from '@keepup/loop'
import type { SopEntry, SopEntryData } from '@keepup/roles/sop'

import type { Store } from '../store.ts'

/** A thread of a procedure, as far as it is known without loading what walks it. */
export interface FoundSop {
  /** The procedure's id. */
  readonly sop: string
  /** The folder that its agents work in. */
  readonly folder: string
  /** `running`, `waiting`, `halted`, or how it ended. */
  readonly status: string
}

/** Reads entries as those of a procedure's thread; `undefined` where they are none. */
export function sopIn(entries: readonly Entry[]): FoundSop | undefined {
  const started = entries.findLast((entry): entry is SopEntry<'sop-started'> => entry.type === 'sop-started')
  if (started?.erased !== undefined || started === undefined) return undefined
  const last = entries.findLast(({ type }) => type.startsWith('sop-'))
  const found = { sop: started.data.sop.id, folder: started.data.folder }
  if (last?.type === 'sop-waiting') return { ...found, status: 'waiting' }
  if (last?.type === 'sop-halted') return { ...found, status: 'halted' }
  if (last?.type !== 'sop-finished' || last.erased === true) return { ...found, status: 'running' }
  const { end } = last.data as SopEntryData['sop-finished'] // its type says so
  return { ...found, status: end.type }
}

/** The questions of a procedure that nobody has answered. Nothing where the thread is none of a procedure. */
export async function* openSopApprovals(
  { checkpointer }: Pick<Store, 'checkpointer'>,
  thread: ThreadId,
): AsyncIterable<FoundApproval> {
  const { entries } = await checkpointer.read(thread)
  const found = sopIn(entries)
  if (found === undefined || found.status === 'completed' || found.status === 'failed') return
  const closed = new Set<unknown>((await checkpointer.pending(thread)).map(({ channel }) => channel))
  for (const entry of entries) if (isClosing(entry)) closed.add(`answers:${entry.data.approval}`)
  for (const entry of entries) {
    if (isRequest(entry) && !closed.has(`answers:${entry.data.approval}`))
      yield approvalOf(entry, found.folder)
  }
}

type Closing = SopEntry<'approval-answered' | 'approval-expired'>

function isClosing(entry: Entry): entry is Closing {
  return (entry.type === 'approval-answered' || entry.type === 'approval-expired') && entry.erased !== true
}

function isRequest(entry: Entry): entry is SopEntry<'approval-requested'> {
  return entry.type === 'approval-requested' && entry.erased !== true
}

function approvalOf(
  { thread, data, sequence, time }: SopEntry<'approval-requested'>,
  workspace: string,
): FoundApproval {
  const { approval: id, digest, question, tool: name, input, effects, wants } = data
  return {
    thread,
    approval: { id, digest, question, sequence },
    // It was JSON when it was recorded.
    part: { type: 'tool-call', id, name, input: (input ?? null) as JsonValue },
    effects,
    since: time,
    workspace,
    ...(wants === undefined ? {} : { wants }),
  }
}
