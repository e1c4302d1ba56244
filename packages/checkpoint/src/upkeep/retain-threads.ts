import {
  type Checkpointer,
  type Clock,
  type Fold,
  KeepupError,
  type Milliseconds,
  type Owner,
  type Sequence,
  systemClock,
  type ThreadId,
  type ThreadSummary,
  type ThreadView,
  type Timestamp,
} from '@keepup/core'

import type { Rewind } from '../effective-ranges.ts'
import { currentOwner } from '../owner.ts'
import { readState } from '../read-state.ts'
import { surveyThread, type ThreadSurvey } from '../travel/survey-thread.ts'

/** Which past is kept as it was. All of it that any of these asks for. */
export interface Retention {
  /** So many of each thread's last checkpoints; 1 when left out, which is the least. */
  readonly checkpoints?: number
  /** Checkpoints that are younger than this. */
  readonly age?: Milliseconds
  /** What came after a tagged position, and that position: `keep` when left out. */
  readonly tags?: 'keep' | 'ignore'
}

/** What to prune, and how. */
export interface Retaining<State> {
  readonly checkpointer: Checkpointer
  /** The fold whose state takes the place of what is pruned: no other fold can read the thread afterwards. */
  readonly fold: Fold<State>
  readonly retention: Retention
  /** All when left out. */
  readonly threads?: readonly ThreadId[]
  /** Only tells what would be done. */
  readonly dryRun?: boolean
  readonly clock?: Clock
  readonly owner?: Owner
}

/** What became of a thread: pruned through a position, or kept whole. */
export interface Retained {
  readonly thread: ThreadId
  /** What lay before it, and it, is now a base entry; left out where nothing was pruned. */
  readonly through?: Sequence
  /** Own entries that went, or would go; 0 in a dry run, which does not count them. */
  readonly entries: number
  /** Why a thread that was to be pruned was not: somebody runs it, somebody erased entries meanwhile, a fork needs its past, or the fold cannot read it or knows nothing in it. */
  readonly refused?: KeepupError
}

const leaseTime: Milliseconds = 60_000

/**
 * Prunes threads to what a retention keeps, the least lately changed first. What a fork or a later rewind goes back to is kept whatever the retention says.
 * A thread that cannot be pruned is told with the reason, and the others go on. Pruned data lies in no table any more; a database's `shred`
 * takes it out of the files too.
 */
export async function* retainThreads<State>(retaining: Retaining<State>): AsyncGenerator<Retained> {
  const summaries: ThreadSummary[] = []
  for await (const summary of retaining.checkpointer.threads()) summaries.unshift(summary)
  for (const summary of summaries) {
    if (retaining.threads?.includes(summary.thread) === false) continue
    const forks = summaries.filter(({ origin }) => origin?.thread === summary.thread)
    const through = await lastToPrune(retaining, summary, forks)
    if (through === undefined) yield { thread: summary.thread, entries: 0 }
    else yield await prune(retaining, summary.thread, through)
  }
}

/** The last position that need not be kept; `undefined` where there is nothing to prune before it. */
async function lastToPrune<State>(
  { checkpointer, retention, clock = systemClock }: Retaining<State>,
  { thread, origin }: ThreadSummary,
  forks: readonly ThreadSummary[],
): Promise<Sequence | undefined> {
  const survey = await surveyThread(checkpointer, thread)
  const rewinds = survey.lines[0]?.rewinds ?? []
  const limit = Math.min(...taggedIn(survey, retention), ...forks.map(forkedAt))
  let passed = 0
  let through: Sequence | undefined
  for await (const { sequence, time } of checkpointer.history(thread)) {
    // Something lies before it.
    if (through !== undefined) return through
    passed += 1
    const isFree = sequence <= limit && !isPassedByRewind(rewinds, sequence)
    if (isFree && isOld(time, passed, retention, clock)) through = sequence
  }
  // What a fork inherited lies before its first own checkpoint.
  return origin && through
}

function isOld(time: Timestamp, passed: number, { checkpoints = 1, age }: Retention, clock: Clock): boolean {
  return passed > Math.max(1, checkpoints) && (age === undefined || time <= clock.now() - age)
}

function forkedAt({ origin }: ThreadSummary): Sequence {
  return origin?.at ?? 0
}

function taggedIn({ tags }: ThreadSurvey, retention: Retention): Sequence[] {
  return retention.tags === 'ignore' ? [] : [...tags.values()].map(({ at }) => at)
}

/** Whether a later rewind goes back to before a position: it needs what lies there. */
function isPassedByRewind(rewinds: readonly Rewind[], at: Sequence): boolean {
  return rewinds.some(({ sequence, to }) => sequence > at && to < at)
}

async function prune<State>(
  { checkpointer, fold, dryRun, clock = systemClock, owner = currentOwner('retention') }: Retaining<State>,
  thread: ThreadId,
  through: Sequence,
): Promise<Retained> {
  try {
    const { state, view } = await readState(checkpointer, thread, fold, through)
    if (!isOfFold(fold, view)) throw ofAnotherKind(thread, fold)
    if (dryRun === true) return { thread, through, entries: 0 }
    await using lease = await checkpointer.lease(thread, owner, leaseTime)
    const receipt = await checkpointer.prune({
      thread,
      lease: lease.token,
      through,
      fold: { id: fold.id, version: fold.version },
      state: fold.save === undefined ? state : fold.save(state),
      erasures: view.erasures ?? 0,
      time: clock.now(),
    })
    return { thread, through, entries: receipt.entries }
  } catch (error) {
    if (!KeepupError.is(error) || !refusals.has(error.code)) throw error
    return { thread, entries: 0, refused: error }
  }
}

/** A thread of another kind may hold nothing that a reader must not skip, and its state would then be nothing at all. */
function isOfFold({ id, understands }: Fold<unknown>, { entries, snapshot }: ThreadView): boolean {
  if (understands === undefined || snapshot?.fold.id === id) return true
  return entries.some(({ type }) => type === 'thread-pruned' || understands.has(type))
}

function ofAnotherKind(thread: ThreadId, { id }: Fold<unknown>): KeepupError {
  const message = `Thread ${thread} holds nothing that fold ${id} knows: it is of another kind. Prune it by its own fold.`
  return new KeepupError('not-supported', message, { details: { thread } })
}

const refusals: ReadonlySet<string> = new Set([
  'not-supported',
  'lease-held',
  'lease-lost',
  'thread-has-forks',
  'checkpoint-unknown',
  'checkpoint-conflict',
  'thread-too-new',
  'value-not-storable',
])
