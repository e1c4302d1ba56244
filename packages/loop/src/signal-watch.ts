import { type ArtifactHash, KeepupError, type Label, type PendingSignal, type Sequence } from '@keepup/core'

import { agentFold } from './agent-fold.ts'
import type { RunState } from './agent-state.ts'
import { draft } from './journal.ts'
import type { LoopParts } from './loop-parts.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { readMessage, readRewind } from './read-signal.ts'
import type { Session } from './session.ts'
import { artifactsOf, type IntakeSituation, takeSignals, takeUrgent } from './signal-intake.ts'

/** What a look at the signals brought. */
export type Taken = 'nothing' | 'something' | 'rewound'

/** Takes signals into the thread, one batch at a time, at turn boundaries and while the agent is busy. */
export interface SignalWatch {
  /** At a boundary: everything that is timely, up to a rewind, after which the state is another one. */
  take(): Promise<Taken>
  /** Records an interrupt from this process, at once or as soon as the run has begun, then aborts what is under way. */
  interrupt(reason: string): Promise<void>
  /** Looks for urgent signals until `until` is aborted. */
  watch(until: AbortSignal): Promise<void>
}

/** Makes the watch of a session. */
export function createSignalWatch(session: Session): SignalWatch {
  const { thread, journal, abort, parts } = session
  /** Two takers at once would both take the head. */
  const alone = oneAtATime()
  let wanted: string | undefined

  async function take(): Promise<Taken> {
    if (!parts.group) await journal.flush()
    // An interrupt of this process ends the run; what others sent meanwhile is for the next one.
    if (wanted !== undefined || journal.state.run?.interrupted !== undefined) await recordInterrupt()
    const pending = await thread.pending()
    if (pending.length === 0) return 'nothing'
    const artifacts = await labelArtifacts(parts, pending)
    const rewindable = await findRewindable(session, pending)
    const situation = { head: journal.head, artifacts, rewindable }
    const { drafts, takes } = takeSignals(journal.state, pending, situation)
    if (drafts.length > 0) await journal.append(drafts, { takes })
    await recordInterrupt()
    if (drafts.length === 0) return 'nothing'
    if (drafts.at(-1)?.type !== 'thread-rewound') return 'something'
    await session.guards?.readAgain()
    return 'rewound'
  }
  async function glance(): Promise<void> {
    const pending = await thread.pending()
    // Before this process has begun or taken over a run nothing is urgent: what waits is judged then.
    if (pending.length === 0 || ownRun(session) === undefined) return
    const { drafts, takes } = takeUrgent(journal.state, pending, nothingKnown(journal.head))
    if (drafts.length > 0) await journal.append(drafts, { takes })
    await recordInterrupt()
  }
  /** The log knows of the interrupt before anything is aborted: what follows from it comes after it. */
  async function recordInterrupt(): Promise<void> {
    const run = ownRun(session)
    if (run === undefined) return
    if (wanted !== undefined && run.interrupted === undefined) {
      await journal.append([draft('run-interrupted', { run: run.id, reason: wanted }, { by: 'user' })])
    }
    const reason = journal.state.run?.interrupted
    if (reason !== undefined) abort.abort(new KeepupError('interrupted', reason))
  }
  /** Not to see signals for once is no harm, the next look may. Not to be able to write is the end of the run. */
  async function look(): Promise<void> {
    try {
      await alone(glance)
    } catch {
      await journal.flush()
    }
  }
  return {
    take: () => alone(take),
    interrupt(reason) {
      wanted ??= reason
      return alone(recordInterrupt)
    },
    async watch(until) {
      while (!until.aborted) {
        await parts.clock.sleep(parts.poll, until).catch(() => {})
        if (!until.aborted) await look()
      }
    },
  }
}

/** The run, once this process has begun it or taken it over. */
function ownRun({ journal, thread }: Session): RunState | undefined {
  const { status, run } = journal.state
  const isOwn = run?.lease.token === thread.token && run.lease.thread === thread.thread
  return status === 'running' && isOwn ? run : undefined
}

/** Urgent signals name nothing that would have to be looked up. */
function nothingKnown(head: Sequence): IntakeSituation {
  return { head, artifacts: new Map(), rewindable: new Set() }
}

/** What signals name must be stored before an entry can name it, and is as far to be trusted as it was when it was stored. */
async function labelArtifacts(
  { artifacts }: LoopParts,
  pending: readonly PendingSignal[],
): Promise<ReadonlyMap<ArtifactHash, Label>> {
  const labels = new Map<ArtifactHash, Label>()
  for (const hash of pending.flatMap(({ data }) => readMessage(data) ?? []).flatMap(artifactsOf)) {
    // A name that is no hash is stored nowhere.
    const info = await artifacts?.describe(hash).catch(() => undefined)
    if (info !== undefined) labels.set(hash, info.label)
  }
  return labels
}

/** The positions that rewinds name and that can be read: the others never existed or were pruned away. */
async function findRewindable(
  { parts, thread, journal }: Session,
  pending: readonly PendingSignal[],
): Promise<ReadonlySet<Sequence>> {
  const readable = new Set<Sequence>()
  for (const { channel, type, data } of pending) {
    const at = channel === 'control' && type === 'rewind' ? readRewind(data) : undefined
    if (at === undefined) continue
    // What is only staged cannot be read yet.
    await journal.flush()
    try {
      await parts.checkpointer.read(thread.thread, { at, fold: agentFold })
      readable.add(at)
    } catch (error) {
      if (!KeepupError.is(error, 'checkpoint-unknown')) throw error
    }
  }
  return readable
}
