import { isDeepStrictEqual } from 'node:util'

import type { Checkpointer, FileChange, Fold, Sequence, ThreadId, Workspace } from '@keepup/core'

import { diffStates, type StateChange } from '../diff-states.ts'
import { readState } from '../read-state.ts'
import { commonPast, type CommonPast } from './common-past.ts'
import { filesAt } from './files-at.ts'
import { surveyThread } from './survey-thread.ts'

/** A position of a thread. */
export interface Place {
  readonly thread: ThreadId
  readonly at: Sequence
}

/** What to compare, and what with. */
export interface DiffOptions<State> {
  readonly checkpointer: Checkpointer
  readonly fold: Fold<State>
  readonly before: Place
  readonly after: Place
  /** The state without its messages, as it is to be compared; the form that is stored when left out. */
  readonly state?: (state: State) => unknown
  /** The messages of a state; none when left out. */
  readonly messages?: (state: State) => Iterable<unknown>
  /** The workspace that kept the files, where they are to be compared. */
  readonly workspace?: Workspace
  /** The files after are those that are there now, not those that were kept by then. */
  readonly presentFiles?: boolean
}

/** How two positions differ. */
export interface PositionsDiff {
  readonly past: CommonPast
  readonly state: readonly StateChange[]
  readonly messages: {
    /** So many at the beginning are the same. */
    readonly common: number
    readonly removed: readonly unknown[]
    readonly added: readonly unknown[]
  }
  /** Only with a workspace, and where files were kept by both positions. */
  readonly files?: readonly FileChange[]
}

/** Compares two positions of any two threads: their pasts, states, messages and files. Fails `checkpoint-unknown` for a position that is not there. */
export async function diffPositions<State>(options: DiffOptions<State>): Promise<PositionsDiff> {
  const { checkpointer, fold, before, after, messages = () => [] } = options
  const view = options.state ?? ((state: State): unknown => fold.save?.(state) ?? state)
  const old = (await readState(checkpointer, before.thread, fold, before.at)).state
  const now = (await readState(checkpointer, after.thread, fold, after.at)).state
  const files = await filesDiff(options)
  const surveys = [before, after].map(async ({ thread, at }) => ({
    survey: await surveyThread(checkpointer, thread),
    at,
  }))
  return {
    past: commonPast(await Promise.all(surveys)),
    state: diffStates(view(old), view(now)),
    messages: diffLists([...messages(old)], [...messages(now)]),
    ...(files === undefined ? {} : { files }),
  }
}

function diffLists(old: readonly unknown[], now: readonly unknown[]): PositionsDiff['messages'] {
  const differs = old.findIndex((item, index) => !isDeepStrictEqual(item, now[index]))
  const common = differs === -1 ? old.length : differs
  return { common, removed: old.slice(common), added: now.slice(common) }
}

async function filesDiff<State>(options: DiffOptions<State>): Promise<readonly FileChange[] | undefined> {
  const { checkpointer, workspace, before, after } = options
  if (workspace === undefined) return undefined
  const old = await filesAt(checkpointer, before.thread, before.at)
  if (options.presentFiles === true) return old === undefined ? undefined : workspace.changes(old)
  const now = await filesAt(checkpointer, after.thread, after.at)
  if (old === undefined || now === undefined) return undefined
  return old === now ? [] : workspace.changes(old, now)
}
