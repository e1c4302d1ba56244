import { KeepupError, type PendingSignal, type Sequence } from '@keepup/core'

import { isLiveRun } from './is-live-run.ts'
import type { Asked, Session } from './session.ts'
import { declineSignal } from './take-reply.ts'

/** Looks at what is asked of a run from outside: by its own process through an AbortSignal, by any other through signals on `control`. */
export interface ControlWatch {
  /** Heeds what is there. */
  look(): Promise<void>
  /** Looks until `until` is aborted. Resolves then. */
  watch(until: AbortSignal): Promise<void>
}

/** Makes the watch of a session. */
export function createControlWatch(session: Session, own: AbortSignal): ControlWatch {
  async function look(): Promise<void> {
    const pending = await session.thread.pending()
    for (const signal of pending) {
      if (signal.channel !== 'control' || session.taken.has(signal.id)) continue
      // Whatever comes after what ends the run is for the next one.
      if (isEnding(session)) return
      await heed(session, signal)
    }
  }
  function interrupt(): void {
    const { reason } = own
    const why = reason instanceof Error ? reason.message : 'somebody interrupted it'
    session.control.interrupting ??= { by: 'user', reason: why }
    abortWork(session, why)
  }
  return {
    look: () => session.alone(look),
    async watch(until) {
      if (own.aborted) interrupt()
      own.addEventListener('abort', interrupt, { once: true })
      while (!until.aborted) {
        await session.clock.sleep(session.poll, until).catch(() => {})
        // Not to see signals for once is no harm: the next look may.
        if (!until.aborted) await session.alone(look).catch(() => {})
      }
      own.removeEventListener('abort', interrupt)
    },
  }
}

function isEnding({ control }: Session): boolean {
  return control.interrupting !== undefined || control.rewinding !== undefined
}

async function heed(session: Session, signal: PendingSignal): Promise<void> {
  const { id, by, type, data } = signal
  const asked: Asked = { by, reason: reasonIn(data), signal: id }
  if (type === 'rewind') return heedRewind(session, signal, asked)
  if (type === 'tag') return heedTag(session, signal)
  if (type !== 'interrupt' && type !== 'stop') {
    return decline(session, signal, 'this version does not know its type')
  }
  if (!isLiveRun(session.journal.state)) return decline(session, signal, 'no run was going on')
  session.taken.add(id)
  if (type === 'stop') {
    session.control.stopping ??= asked
    return
  }
  session.control.interrupting = asked
  abortWork(session, asked.reason)
}

async function heedRewind(session: Session, signal: PendingSignal, asked: Asked): Promise<void> {
  const to = numberIn(signal.data, 'to')
  if (to === undefined || to > session.thread.head || !(await isReadable(session, to))) {
    return decline(session, signal, 'its data is no { to } that names a readable position of this thread')
  }
  session.taken.add(signal.id)
  session.control.rewinding = { ...asked, to }
  abortWork(session, 'the thread is rewound')
}

async function isReadable({ checkpointer, thread, graph }: Session, at: Sequence): Promise<boolean> {
  try {
    await checkpointer.read(thread.thread, { at, fold: graph.fold })
    return true
  } catch (error) {
    if (KeepupError.is(error, 'checkpoint-unknown')) return false
    throw error
  }
}

async function heedTag(session: Session, signal: PendingSignal): Promise<void> {
  const { data, by, id } = signal
  const at = numberIn(data, 'at')
  const tag = fieldOf(data, 'tag')
  if (typeof tag !== 'string' || at === undefined)
    return decline(session, signal, 'its data is no { tag, at }')
  session.taken.add(id)
  const removed = fieldOf(data, 'removed') === true ? ({ removed: true } as const) : {}
  session.journal.stage('thread-tagged', { tag, at, ...removed }, { by, cause: id, takes: id })
  await session.journal.flush()
}

function decline(session: Session, signal: PendingSignal, reason: string): Promise<void> {
  session.taken.add(signal.id)
  return declineSignal(session, signal, reason)
}

function abortWork({ abort }: Session, reason: string): void {
  abort.abort(new KeepupError('interrupted', reason))
}

function reasonIn(data: unknown): string {
  const reason = fieldOf(data, 'reason')
  return typeof reason === 'string' && reason !== '' ? reason.slice(0, 1_000) : 'somebody asked for it'
}

function numberIn(data: unknown, field: string): number | undefined {
  const value = fieldOf(data, field)
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

function fieldOf(data: unknown, field: string): unknown {
  return typeof data === 'object' && data !== null ? Reflect.get(data, field) : undefined
}
