import { openThread } from '@keepup/checkpoint'
import { systemClock } from '@keepup/core'

import { beginRun } from './begin-run.ts'
import { type ControlWatch, createControlWatch } from './control-watch.ts'
import { endRun } from './end-run.ts'
import type { GraphEvent } from './graph-event.ts'
import { createJournal } from './journal.ts'
import { oneAtATime } from './one-at-a-time.ts'
import type { ResumeOptions, RunOptions } from './run-options.ts'
import { runScope } from './run-scope.ts'
import { runTask } from './run-task.ts'
import type { Session } from './session.ts'

/** How one call drives a thread. */
export interface Driving {
  /** What to start; the run that is there is gone on with when left out. */
  readonly start?: RunOptions
  readonly signal: AbortSignal
  readonly announce: (event: GraphEvent) => void
}

/** Takes the thread, begins or goes on, and takes steps until the run is finished or waits. */
export async function driveGraph(
  options: ResumeOptions,
  { start, signal, announce }: Driving,
): Promise<void> {
  const { thread, session } = await openSession(options, announce)
  await using held = thread
  const lose = (): void => session.abort.abort(held.lost.reason)
  held.lost.addEventListener('abort', lose, { once: true })
  const control = createControlWatch(session, signal)
  try {
    let goesOn = await beginRun(session, control, start)
    while (goesOn) goesOn = await takeSteps(session, control)
  } finally {
    // Where it cannot be kept, the run has failed for that very reason.
    await session.journal.flush().catch(() => {})
  }
}

/** Takes steps as far as they lead. Whether the run goes on: a rewind may lead back into it. */
async function takeSteps(session: Session, control: ControlWatch): Promise<boolean> {
  session.abort = new AbortController()
  // Asked for before the first step.
  if (session.control.interrupting !== undefined) session.abort.abort()
  session.thread.lost.throwIfAborted()
  const over = new AbortController()
  const watching = control.watch(over.signal)
  try {
    const ended = await runScope(session, { graph: session.graph, path: [], prefix: '' })
    // Whoever lost the lease may not say how the run ended.
    session.thread.lost.throwIfAborted()
    over.abort()
    await watching
    return await endRun(session, ended)
  } finally {
    over.abort()
    await watching
  }
}

async function openSession(
  options: ResumeOptions,
  announce: (event: GraphEvent) => void,
): Promise<{ readonly thread: Session['thread']; readonly session: Session }> {
  const { graph, checkpointer, clock = systemClock, owner, leaseTtl, snapshotAfter } = options
  const thread = await openThread({
    checkpointer,
    thread: options.thread,
    fold: graph.fold,
    clock,
    ...(owner === undefined ? {} : { owner }),
    ...(leaseTtl === undefined ? {} : { ttl: leaseTtl }),
    ...(snapshotAfter === undefined ? {} : { snapshotAfter }),
  })
  const journal = createJournal({ thread, fold: graph.fold, now: () => clock.now(), announce })
  const session: Session = {
    graph,
    checkpointer,
    thread,
    journal,
    clock,
    newId: options.newId ?? (() => crypto.randomUUID()),
    random: options.random ?? Math.random,
    abort: new AbortController(),
    concurrency: options.concurrency ?? Infinity,
    runTask: (place) => runTask(session, place),
    show: (scope, event) =>
      announce({ live: true, thread: options.thread, after: thread.head, scope, ...event }),
    faults: [],
    control: {},
    taken: new Set(),
    alone: oneAtATime(),
    stays: options.waiting === 'stay',
    poll: options.poll ?? 250,
  }
  return { thread, session }
}
