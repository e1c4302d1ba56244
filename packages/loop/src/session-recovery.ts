import type { AgentEntryData, FinishedCall, ToolOutcome } from '@keepup/core'

import type { OpenCall } from './agent-state.ts'
import { outcomeOf, toolCall, toolContext } from './call-entries.ts'
import { draft } from './journal.ts'
import { currentRun, type Session } from './session.ts'

/**
 * SessionRecovery: takes over a run whose process died, or that waited. Ends processes that outlived their call, closes the model call that was under
 * way, and brings every begun tool call to where the loop can go on: what may be repeated is left to be run again with the same key; a tool
 * that can tell is asked; anything else becomes `unknown`, which the model and the person are shown. Nothing is repeated in silence.
 */
export async function recoverRun(session: Session): Promise<void> {
  const begun = begunCalls(session)
  await session.journal.append([draft('run-resumed', await describeResumption(session, begun))], {
    flush: 'power',
  })
  await closeModelCall(session)
  for (const call of begun) {
    if (call.started?.repeat !== 'once' && !isInherited(session, call)) continue
    await session.journal.append([outcomeOf(call, await findOut(session, call))])
  }
}

/** Calls whose intent is recorded and whose outcome is not. */
function begunCalls({ journal }: Session): readonly OpenCall[] {
  return (journal.state.turn?.calls ?? []).filter(
    ({ started, outcome }) => started !== undefined && outcome === undefined,
  )
}

/** Begun in the past that a fork or rewind cut off: it may have been finished where this history does not see it. */
function isInherited({ thread }: Session, { started }: OpenCall): boolean {
  return started !== undefined && started.sequence <= thread.inherited
}

async function describeResumption(
  session: Session,
  begun: readonly OpenCall[],
): Promise<AgentEntryData['run-resumed']> {
  return {
    run: currentRun(session).id,
    token: session.thread.token,
    owner: session.thread.owner,
    open: begun.map(({ key }) => key),
    processes: await endSurvivors(session, begun),
    settings: session.settings,
  }
}

/** Two processes must not work on one thing: what a dead run left behind is ended before anything is run again. */
async function endSurvivors(
  { parts }: Session,
  begun: readonly OpenCall[],
): Promise<AgentEntryData['run-resumed']['processes']> {
  const { processes } = parts
  if (processes === undefined) {
    return begun.flatMap((call) => call.processes.map(({ pid }) => ({ pid, end: 'survives' as const })))
  }
  const survivors = await Promise.all(begun.map((call) => processes.survivors(call)))
  return Promise.all(
    survivors.flat().map(async (survivor) => ({ pid: survivor.pid, end: await processes.end(survivor) })),
  )
}

/** The answer of a model call that was under way is lost, its reservation is taken as spent: money is rather counted twice than not at all. */
async function closeModelCall(session: Session): Promise<void> {
  const { calling } = currentRun(session)
  if (calling === undefined) return
  const message = 'The process ended before the answer was complete.'
  const data: AgentEntryData['model-failed'] = {
    attempt: calling.attempt,
    model: calling.model,
    failure: { kind: 'interrupted', message, retryable: true },
    next: 'retry',
    ...(calling.reserved === undefined ? {} : { cost: calling.reserved.money }),
  }
  await session.journal.append([draft('model-failed', data)])
}

async function findOut(session: Session, call: OpenCall): Promise<FinishedCall> {
  if (isInherited(session, call)) {
    return settled(session, unknown('It was begun before this history was forked or rewound.'))
  }
  return reconcile(session, call)
}

/** Asks the tool whether it happened, where it can tell. */
async function reconcile(session: Session, call: OpenCall): Promise<FinishedCall> {
  const { mode } = session.settings
  const { signal } = session.abort
  const exposure = session.journal.state.turn?.exposure ?? session.journal.state.exposure
  const prepared = await session.parts.tools.prepare(toolCall(session, call), {
    mode,
    exposure,
    signal,
    recorded: () => session.journal.flush(),
  })
  const ready = prepared.type === 'ready' ? prepared : prepared.type === 'ask' ? prepared.ready : undefined
  if (ready?.reconcilable === true) return ready.reconcile(toolContext(session, call, signal))
  return settled(session, unknown('The process ended while it ran.'))
}

function settled(session: Session, outcome: ToolOutcome): FinishedCall {
  return { outcome, labels: session.labels.runtime }
}

function unknown(reason: string): ToolOutcome {
  return { type: 'unknown', reason }
}
