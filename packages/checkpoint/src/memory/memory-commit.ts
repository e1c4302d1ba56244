import type { Append, Checkpoint, Commit, ThreadId } from '@keepup/core'

import { checkAppend } from '../check-header.ts'
import { checkPlace, type Draft, draftEntries, emptyDraft } from './draft.ts'
import { storeSignal } from './memory-signals.ts'
import type { MemoryState } from './memory-state.ts'

/** Checks everything, then applies everything: nothing in between can fail. */
export function commitToMemory(state: MemoryState, batch: Commit): readonly Checkpoint[] {
  const drafts = new Map<ThreadId, Draft>()
  const plan =
    batch.signals === undefined && !batch.appends.some(takesSignals) ? undefined : state.signals.plan()
  const checkpoints = batch.appends.map((append) => {
    checkAppend(append)
    const draft = drafts.get(append.thread) ?? emptyDraft(state, append)
    drafts.set(append.thread, draft)
    checkPlace(state, draft, append)
    for (const signal of append.takes ?? []) plan?.take(append.thread, signal)
    return draftEntries(state, draft, append)
  })
  for (const signal of batch.signals ?? []) plan?.send(storeSignal(signal))

  for (const [thread, draft] of drafts) applyDraft(state, thread, draft)
  for (const thread of plan?.apply() ?? []) state.watchers.notify(thread)
  for (const thread of drafts.keys()) state.watchers.notify(thread)
  return checkpoints
}

function takesSignals({ takes }: Append): boolean {
  return takes !== undefined && takes.length > 0
}

function applyDraft(state: MemoryState, thread: ThreadId, draft: Draft): void {
  const first = draft.stored[0]?.header
  const last = draft.stored.at(-1)?.header
  if (first === undefined || last === undefined) return
  const record = draft.existing ?? {
    thread,
    writers: draft.writers,
    created: first.time,
    updated: last.time,
    changed: 0,
    origin: undefined,
    base: undefined,
    entries: [],
    head: 0,
    hash: draft.hash,
    rewinds: [],
    commits: [],
    due: undefined,
    ids: new Set<string>(),
    snapshots: [],
    erasures: 0,
  }
  for (const entry of draft.stored) {
    record.entries.push(entry)
    if (entry.header.artifacts !== undefined) state.artifacts?.hold(entry.header.artifacts)
  }
  record.rewinds.push(...draft.rewinds)
  record.commits.push(...draft.commits)
  for (const id of draft.ids) record.ids.add(id)
  record.head = draft.head
  record.hash = draft.hash
  record.due = draft.due
  record.updated = last.time
  record.changed = state.nextChange()
  state.threads.set(thread, record)
}
