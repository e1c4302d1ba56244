import { type ArtifactHash, KeepupError, type PendingSignal } from '@keepup/core'

import { draft } from './journal.ts'
import { readMessage } from './read-signal.ts'
import type { Session } from './session.ts'
import { artifactsOf, takeSignals, takeUrgent } from './signal-intake.ts'

/** Takes signals into the thread, one batch at a time, at turn boundaries and while the agent is busy. */
export interface SignalWatch {
  /** At a boundary: everything that is timely. */
  take(): Promise<void>
  /** Records an interrupt from this process, at once or as soon as the run has begun, then aborts what is under way. */
  interrupt(reason: string): Promise<void>
  /** Looks for urgent signals until `until` is aborted. */
  watch(until: AbortSignal): Promise<void>
}

/** Makes the watch of a session. */
export function createSignalWatch(session: Session): SignalWatch {
  const { thread, journal, abort, parts } = session
  let turn: Promise<unknown> = Promise.resolve()
  let wanted: string | undefined

  /** Two takers at once would both take the head. */
  function alone<T>(body: () => Promise<T>): Promise<T> {
    const next = turn.then(body, body)
    turn = next
    return next
  }
  async function take(choose: typeof takeSignals): Promise<void> {
    if (!parts.group) await journal.flush()
    const pending = await thread.pending()
    if (pending.length > 0) {
      const { drafts, takes } = choose(journal.state, pending, {
        head: journal.head,
        missing: await missingArtifacts(pending),
      })
      if (drafts.length > 0) await journal.append(drafts, { takes })
    }
    await recordInterrupt()
  }
  /** What signals name must be stored before an entry can name it. */
  async function missingArtifacts(pending: readonly PendingSignal[]): Promise<ReadonlySet<ArtifactHash>> {
    const messages = pending.flatMap(({ data }) => readMessage(data) ?? [])
    const named = messages.flatMap(artifactsOf)
    const missing = new Set<ArtifactHash>()
    for (const hash of named) {
      if ((await parts.artifacts?.describe(hash)) === undefined) missing.add(hash)
    }
    return missing
  }
  /** The log knows of the interrupt before anything is aborted: what follows from it comes after it. */
  async function recordInterrupt(): Promise<void> {
    const { status, run } = journal.state
    if (status !== 'running' || run === undefined) return
    if (wanted !== undefined && run.interrupted === undefined) {
      await journal.append([draft('run-interrupted', { run: run.id, reason: wanted }, { by: 'user' })])
    }
    const reason = journal.state.run?.interrupted
    if (reason !== undefined) abort.abort(new KeepupError('interrupted', reason))
  }
  return {
    take: () => alone(() => take(takeSignals)),
    interrupt(reason) {
      wanted ??= reason
      return alone(recordInterrupt)
    },
    async watch(until) {
      while (!until.aborted) {
        await parts.clock.sleep(parts.poll, until).catch(() => {})
        if (!until.aborted) await alone(() => take(takeUrgent))
      }
    },
  }
}
