import { type AgentEntryData, failpoint, type ReadyCall } from '@keepup/core'

import type { OpenCall } from './agent-state.ts'
import { beginsNothing, decideCall, settleUnbegun } from './call-decision.ts'
import { outcomeOf, withinCall } from './call-entries.ts'
import { type Draft, draft } from './journal.ts'
import { keepFilesBefore } from './keep-files.ts'
import { awaitOrder, type Session } from './session.ts'

/** A call that may run now. */
interface Launch {
  readonly call: OpenCall
  readonly ready: ReadyCall
}

/**
 * Brings every call of the open turn to its outcome: neighbouring calls that may share at once, all others one after the other, in the order of the calls.
 * `waiting`: some wait for an answer, and nothing after them was run.
 */
export async function runTools(
  session: Session,
  signal: AbortSignal,
  toolChoice: 'auto' | 'none',
): Promise<'done' | 'waiting'> {
  let batch: Launch[] = []
  let waiting = false
  for (const call of openCalls(session)) {
    const ready = await decideCall(session, call, toolChoice, signal)
    waiting ||= ready === 'waiting'
    // Where one waits, nothing after it begins or ends: the next look at the turn decides.
    if (waiting || ready === 'settled' || ready === 'waiting') continue
    if (isShared(ready)) {
      batch.push({ call, ready })
      continue
    }
    await launch(session, batch, signal)
    batch = []
    if (ready === 'over') settleUnbegun(session, call)
    else await launch(session, [{ call, ready }], signal)
  }
  await launch(session, batch, signal)
  return waiting || isSuspended(session) ? 'waiting' : 'done'
}

/** Whether a call waits for what other threads are asked. */
function isSuspended({ journal }: Session): boolean {
  return (journal.state.turn?.calls ?? []).some(
    ({ suspended, outcome }) => suspended !== undefined && outcome === undefined,
  )
}

function isShared(ready: ReadyCall | 'over'): ready is ReadyCall {
  return ready !== 'over' && ready.concurrency === 'shared'
}

/** The calls of the open turn that have no outcome, each as it stands when its turn comes. */
function* openCalls({ journal }: Session): Generator<OpenCall> {
  for (const { key } of journal.state.turn?.calls ?? []) {
    const call = journal.state.turn?.calls.find((other) => other.key === key)
    if (call !== undefined && call.outcome === undefined) yield call
  }
}

/** Records the intent of all, then runs them at once. */
async function launch(session: Session, launches: readonly Launch[], signal: AbortSignal): Promise<void> {
  if (launches.length === 0) return
  const kept = session.parts.files === undefined ? undefined : await keepFilesBefore(session, launches)
  if (session.parts.inOrder !== undefined) await awaitOrder(session)
  if (beginsNothing(session)) return launches.forEach(({ call }) => settleUnbegun(session, call))
  const flush = launches.every(({ ready }) => ready.repeat === 'safe') ? 'process' : 'power'
  failpoint('intent-before-commit')
  await session.journal.append([...(kept ?? []), ...launches.map((each) => intent(session, each))], { flush })
  failpoint('intent-after-commit')
  const [first] = launches
  if (first !== undefined && launches.length === 1) await run(session, first, signal)
  else await Promise.all(launches.map((each) => run(session, each, signal)))
}

function intent(session: Session, { call, ready }: Launch): Draft {
  const { key, part } = call
  const data: AgentEntryData['tool-started'] = {
    call: part.id,
    key,
    tool: part.name,
    ...(ready.input === part.input ? undefined : { input: ready.input }),
    repeat: ready.repeat,
    ...(ready.concurrency === 'shared' && ready.repeat !== 'safe' ? { shared: true } : undefined),
    effects: ready.effects,
    epoch: session.thread.token,
    attempt: (call.started?.attempt ?? 0) + 1,
    ...(ready.reasons === undefined || ready.reasons.length === 0 ? undefined : { reasons: ready.reasons }),
  }
  return draft('tool-started', data, {
    cause: session.journal.state.turn?.assistant ?? 0,
    labels: session.labels.exposure(),
  })
}

async function run(session: Session, { call, ready }: Launch, signal: AbortSignal): Promise<void> {
  failpoint('effect-before')
  let waitsFor: readonly string[] | undefined
  const finished = await withinCall(
    session,
    call,
    signal,
    (context) => ready.run(context),
    (approvals) => {
      waitsFor = approvals
    },
  )
  failpoint('effect-after')
  if (waitsFor !== undefined) {
    return session.journal.append([draft('tool-suspended', { key: call.key, approvals: waitsFor })])
  }
  failpoint('outcome-before-commit')
  const outcome = [outcomeOf(call, finished)]
  // What may be repeated can wait for what comes next; anything else is worth a commit of its own.
  if (ready.repeat === 'safe') session.journal.stage(outcome)
  else await session.journal.append(outcome)
  failpoint('outcome-after-commit')
}
