import { type AgentEntryData, type FinishedCall, noUsage, type ToolOutcome } from '@keepup/core'

import type { OpenCall } from './agent-state.ts'
import { outcomeOf, toolCall, withinCall } from './call-entries.ts'
import { callSituation } from './call-situation.ts'
import { callThread } from './call-thread.ts'
import { openAgents } from './fold/agent-handlers.ts'
import { draft } from './journal.ts'
import { awaitOrder, currentRun, type Session } from './session.ts'

/**
 * SessionRecovery: takes over a run whose process died, or that waited. Ends processes that outlived their call, closes the model call that was under
 * way, and brings every begun tool call to where the loop can go on: what may be repeated is left to be run again with the same key; a tool
 * that can tell is asked; anything else becomes `unknown`, which the model and the person are shown. Nothing is repeated in silence.
 * A call in which process after process ended is given up at the third: it may be what ends them.
 */
export async function recoverRun(session: Session): Promise<void> {
  const begun = begunCalls(session)
  session.journal.stage([draft('run-resumed', await describeResumption(session, begun))])
  closeModelCall(session)
  await session.journal.flush({ flush: 'power' })
  for (const call of begunCalls(session)) {
    if (mayRunAgain(session, call)) continue
    await awaitOrder(session)
    const told = whatIsKnown(session, call) ?? (await reconcile(session, call))
    session.journal.stage([outcomeOf(call, told)])
  }
  await session.journal.flush()
  resumeAgents(session)
}

/** Agents that nobody waits for go on as well: those that a call waits for are its own affair. */
function resumeAgents(session: Session): void {
  if (session.parts.agents === undefined || openAgents(session.journal.state).length === 0) return
  session.parts.agents.resume(callThread(session, { hasEnded: () => false, suspend() {} }))
}

/** How many processes may end in the middle of one call, or one turn's model calls, before it is given up: it may be what ends them. */
const crashBound = 3

/** A call that waits for agents lives as long as they do: whatever ends processes is bounded in the agent's own thread. */
function isHopeless({ journal }: Session, { started, key, awaits }: OpenCall): boolean {
  if (started === undefined || started.resumed < crashBound || awaits !== undefined) return false
  return journal.state.agents?.some((agent) => agent.key === key) !== true
}

function mayRunAgain(session: Session, call: OpenCall): boolean {
  return call.started?.repeat !== 'once' && !isInherited(session, call) && !isHopeless(session, call)
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
  { parts: { processes }, journal, thread }: Session,
  begun: readonly OpenCall[],
): Promise<AgentEntryData['run-resumed']['processes']> {
  // Those of a thread that was forked are that thread's own.
  if (journal.state.turn?.thread !== thread.thread) return []
  const survivors = await Promise.all(
    begun.map(async (call) => {
      try {
        return processes === undefined ? call.processes : await processes.survivors(call)
      } catch {
        return call.processes
      }
    }),
  )
  return Promise.all(
    survivors.flat().map(async (survivor) => {
      const end = await processes?.end(survivor).catch(() => undefined)
      return { pid: survivor.pid, end: end ?? 'survives' }
    }),
  )
}

/** The answer of a model call that was under way is lost, its reservation is taken as spent: money is rather counted twice than not at all. */
function closeModelCall(session: Session): void {
  const { calling, failures, modelIndex } = currentRun(session)
  if (calling === undefined) return
  const { parts, settings } = session
  const hopeless = failures + 1 >= Math.max(settings.retry.attempts, crashBound)
  const otherwise = modelIndex + 1 < parts.models.length ? 'fallback' : 'give-up'
  const message = 'The process ended before the answer was complete.'
  const data: AgentEntryData['model-failed'] = {
    attempt: calling.attempt,
    model: calling.model,
    failure: { kind: 'interrupted', message, retryable: true },
    next: hopeless ? otherwise : 'retry',
    ...(calling.reserved === undefined ? {} : reservation(calling.reserved)),
  }
  session.journal.stage([draft('model-failed', data)])
}

function reservation({
  tokens,
  money,
}: NonNullable<AgentEntryData['model-called']['reserved']>): Pick<
  AgentEntryData['model-failed'],
  'usage' | 'cost'
> {
  return { usage: { ...noUsage, input: tokens, estimated: true }, cost: money }
}

/** What can be said of a call without asking its tool. */
function whatIsKnown(session: Session, call: OpenCall): FinishedCall | undefined {
  if (isInherited(session, call)) {
    return settled(session, unknown('It was begun before this history was forked or rewound.'))
  }
  if (!isHopeless(session, call)) return undefined
  const reason = `${crashBound} processes ended while it ran: it was given up.`
  return settled(
    session,
    call.started?.repeat === 'safe'
      ? { type: 'failed', code: 'tool-failed', message: reason }
      : unknown(reason),
  )
}

/** Asks the tool whether it happened, where it can tell. */
async function reconcile(session: Session, call: OpenCall): Promise<FinishedCall> {
  const { signal } = session.abort
  const prepared = await session.tools.prepare(toolCall(session, call), callSituation(session, signal))
  const ready = prepared.type === 'ready' ? prepared : prepared.type === 'ask' ? prepared.ready : undefined
  if (ready?.reconcilable === true) {
    return withinCall(session, call, signal, (context) => ready.reconcile(context))
  }
  return settled(session, unknown('The process ended while it ran.'))
}

function settled(session: Session, outcome: ToolOutcome): FinishedCall {
  return { outcome, labels: session.labels.runtime }
}

function unknown(reason: string): ToolOutcome {
  return { type: 'unknown', reason }
}
