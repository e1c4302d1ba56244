import { openThread, readState, runEvents } from '@keepup/checkpoint'
import { KeepupError, type Label, type RunId, systemClock, type ThreadId, trustedLabel } from '@keepup/core'

import { parseSop } from '../definition/read-sop.ts'
import type { Sop } from '../definition/sop.ts'
import { createJournal } from './journal.ts'
import { oneAtATime, type Session } from './session.ts'
import { isLiveSopEvent, type SopEvent } from './sop-event.ts'
import { sopFold } from './sop-fold.ts'
import type { SopDriving, SopParts } from './sop-parts.ts'
import type { SopState } from './sop-state.ts'
import { takeSteps } from './take-steps.ts'
import { clearControl, halt, watchControl } from './watch-control.ts'

/** What starting a procedure takes. */
export interface SopStart extends SopDriving {
  readonly sop: Sop
  readonly task: string
  /** Names the run: starting the same one twice is one run, which the second call goes on with. */
  readonly run?: RunId
  /** What is known of the procedure and the task; trusted when left out. */
  readonly label?: Label
  /** Whether a person is shown every command of a gate before it is first run, whatever the mode: for procedures that a project brings. */
  readonly askCommands?: boolean
}

/** Walks procedures over agents: the model asks, the gates move. */
export interface SopExecutor {
  /**
   * Starts a procedure in a thread, and yields every event until it has ended, waits or halts. Leaving the iteration early interrupts it. Fails `configuration-invalid` where the
   * procedure cannot be run, `input-invalid` where another run of the thread has not ended, `lease-held`, `lease-lost`, and with the checkpointer's errors.
   */
  start(start: SopStart): AsyncIterableIterator<SopEvent, undefined>
  /** Goes on after a crash, an answer or a halt. A procedure that has ended yields nothing. Fails `thread-unknown`, `thread-damaged`, `lease-held`, `lease-lost`. */
  resume(driving: SopDriving): AsyncIterableIterator<SopEvent, undefined>
  /** Where the procedure of a thread stands. */
  state(thread: ThreadId): Promise<SopState>
}

/** Makes an executor of its parts. */
export function createSopExecutor(parts: SopParts): SopExecutor {
  return {
    start: (start) => eventsOf(start, (signal, announce) => drive(parts, start, signal, announce, start)),
    resume: (driving) => eventsOf(driving, (signal, announce) => drive(parts, driving, signal, announce)),
    state: async (thread) => (await readState(parts.checkpointer, thread, sopFold)).state,
  }
}

function eventsOf(
  { signal }: SopDriving,
  walk: (signal: AbortSignal, announce: (event: SopEvent) => void) => Promise<void>,
): AsyncIterableIterator<SopEvent, undefined> {
  return runEvents({ drive: walk, isLive: isLiveSopEvent, signal })
}

async function drive(
  parts: SopParts,
  { thread: name }: SopDriving,
  signal: AbortSignal,
  announce: (event: SopEvent) => void,
  start?: SopStart,
): Promise<void> {
  const sop = start === undefined ? undefined : parseSop(start.sop)
  const { checkpointer, clock = systemClock, owner, leaseTtl } = parts
  const thread = await openThread({
    checkpointer,
    thread: name,
    fold: sopFold,
    clock,
    ...(owner === undefined ? {} : { owner }),
    ...(leaseTtl === undefined ? {} : { ttl: leaseTtl }),
  })
  await using held = thread
  const journal = createJournal(held, () => clock.now(), announce)
  const control = new AbortController()
  const session: Session = {
    parts,
    thread: held,
    journal,
    clock,
    newId: parts.newId ?? (() => crypto.randomUUID()),
    signal: AbortSignal.any([signal, held.lost, control.signal]),
    control: { abort: control },
    show: (event) => announce({ live: true, thread: name, after: held.head, ...event }),
    taken: new Set(),
    trees: new Map(),
    alone: oneAtATime(),
  }
  const over = new AbortController()
  let watching: Promise<void> | undefined
  try {
    if (!(await begin(session, start, sop))) return
    watching = watchControl(session, over.signal)
    await takeSteps(session)
  } catch (error) {
    await journal.flush().catch(() => {})
    if (!session.signal.aborted || held.lost.aborted) throw error
    await halt(session, 'it was interrupted', 'interrupted')
  } finally {
    over.abort()
    await watching
  }
}

/** Starts a run or goes on with the one that is there. Whether there is anything to do. */
async function begin(session: Session, start: SopStart | undefined, sop: Sop | undefined): Promise<boolean> {
  const { status, run, erased } = session.journal.state
  const { thread } = session.thread
  if (erased === true) {
    throw new KeepupError(
      'thread-damaged',
      `Entries that the procedure of thread ${thread} depends on were erased. Start it in another thread.`,
    )
  }
  await clearControl(session)
  const isKnown = start?.run !== undefined && start.run === run
  if (start !== undefined && sop !== undefined && !isKnown) return startRun(session, start, sop)
  if (status !== 'empty') return goOn(session)
  throw new KeepupError('thread-unknown', `No procedure has begun in thread ${thread}. Start one.`)
}

async function startRun(session: Session, start: SopStart, sop: Sop): Promise<boolean> {
  const { journal, thread, parts } = session
  const { status } = journal.state
  if (status !== 'empty' && status !== 'finished') {
    throw new KeepupError(
      'input-invalid',
      `A procedure of thread ${thread.thread} has not ended: go on with it, or start in another thread.`,
    )
  }
  refuseTrees(start.sop, parts)
  const { id: tree } = await parts.workspace.snapshot()
  const { task, label = { ...trustedLabel, sources: ['user'] }, askCommands = false } = start
  const run = start.run ?? session.newId()
  const folder = parts.workspace.root
  journal.stage(
    'sop-started',
    { run, token: thread.token, sop, task, folder, tree, askCommands },
    { by: 'user', labels: { default: label } },
  )
  await journal.flush('power')
  return true
}

function refuseTrees({ id, phases }: Sop, { coordinatorOf }: SopParts): void {
  if (coordinatorOf !== undefined || Object.values(phases).every(({ isolation }) => isolation !== 'worktree'))
    return
  throw new KeepupError(
    'not-supported',
    `Branches of the procedure ${id} work in trees of their own, and nothing here runs commands in them. Give the executor a coordinatorOf, or leave isolation out.`,
  )
}

async function goOn(session: Session): Promise<boolean> {
  const { journal, thread, parts } = session
  const { status, run, open } = journal.state
  if (status === 'finished') return false
  let ended = 0
  for (const [key, { processes }] of Object.entries(open)) {
    for (const process of (await parts.processes?.survivors({ key, processes })) ?? []) {
      const end = await parts.processes?.end(process)
      if (end === 'survives') {
        throw new KeepupError(
          'tool-failed',
          `Process ${process.pid}, which a gate started, still runs and cannot be ended. End it, then go on.`,
        )
      }
      ended += 1
    }
  }
  journal.stage('sop-resumed', { run, token: thread.token, ended })
  await journal.flush()
  return true
}
