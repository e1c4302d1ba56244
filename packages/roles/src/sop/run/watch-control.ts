import { KeepupError, type PendingSignal } from '@keepup/core'

import type { Session } from './session.ts'

/** How often signals of other processes are looked for, in milliseconds. */
const poll = 250

/** Declines what was asked of a run that is over: it must not strike the next one. */
export async function clearControl(session: Session): Promise<void> {
  for (const signal of await session.thread.pending()) {
    if (signal.channel === 'control') decline(session, signal, 'no run was going on')
  }
}

/** Looks for an `interrupt` or a `stop` from any process until `over` is aborted, and halts the run then. Resolves once it looks no more. */
export async function watchControl(session: Session, over: AbortSignal): Promise<void> {
  while (!over.aborted && session.control.asked === undefined) {
    await session.clock.sleep(poll, over).catch(() => {})
    // Not to see signals for once is no harm: the next look may.
    if (!over.aborted) await look(session).catch(() => {})
  }
}

async function look(session: Session): Promise<void> {
  const { control, taken, thread } = session
  for (const signal of await thread.pending()) {
    if (signal.channel !== 'control' || taken.has(signal.id)) continue
    const { id, by, type, data } = signal
    if (type !== 'interrupt' && type !== 'stop') {
      decline(session, signal, 'a procedure heeds interrupt and stop alone')
      continue
    }
    taken.add(id)
    control.asked = { id, by, reason: reasonIn(data) }
    control.abort.abort(new KeepupError('interrupted', control.asked.reason))
    return
  }
}

/** Records that the run stands still for now, and why. */
export async function halt({ journal, control }: Session, reason: string, code: string): Promise<void> {
  const { asked } = control
  const header = asked === undefined ? {} : { by: asked.by, cause: asked.id, takes: asked.id }
  const why = (asked?.reason ?? reason).slice(0, 2_000).toWellFormed()
  journal.stage(
    'sop-halted',
    { run: journal.state.run, reason: why, code: asked === undefined ? code : 'interrupted' },
    header,
  )
  await journal.flush('power')
}

function decline({ journal, taken }: Session, signal: PendingSignal, reason: string): void {
  const { id, channel, type: kind, data, by, labels } = signal
  taken.add(id)
  journal.stage(
    'signal-declined',
    { signal: id, channel, kind, data, reason },
    { by, cause: id, takes: id, ...(labels === undefined ? {} : { labels }) },
  )
}

function reasonIn(data: unknown): string {
  const reason: unknown =
    typeof data === 'object' && data !== null && 'reason' in data ? data.reason : undefined
  return typeof reason === 'string' && reason !== '' ? reason : 'somebody interrupted it'
}
