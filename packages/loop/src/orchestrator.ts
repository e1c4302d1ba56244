import { failpoint } from '@keepup/core'

import { callThread } from './call-thread.ts'
import { compact } from './compaction.ts'
import { addSpent, nothingSpent, openAgents } from './fold/agent-handlers.ts'
import { type PlannedEnd, planTurn, type TurnPlan } from './graceful-recovery.ts'
import { readGuidance } from './guidance-moments.ts'
import { beforeModel, beforeStop, listens, tellHooks } from './hook-moments.ts'
import { draft } from './journal.ts'
import { keepFilesAfter } from './keep-files.ts'
import { startRun } from './run-start.ts'
import { awaitOrder, currentRun, type Session } from './session.ts'
import type { SignalWatch } from './signal-watch.ts'
import { tellParent } from './tell-parent.ts'
import { executeTurn } from './turn-executor.ts'

/**
 * Orchestrator: the loop over turns. Take what others sent, plan from the state, execute the plan; the state alone decides, so a run that was
 * killed anywhere goes on as if it had not been.
 */
export async function orchestrate(session: Session, signals: SignalWatch): Promise<void> {
  await startRun(session, signals)
  while (true) {
    await heed(session, signals)
    if (session.parts.files !== undefined) await keepFilesAfter(session)
    if (session.parts.contextPolicy !== undefined) await compact(session)
    if (session.parts.hooks !== undefined) await beforeModel(session)
    if (session.parts.guidance !== undefined) await readGuidance(session)
    if (session.parts.inOrder !== undefined) await awaitOrder(session)
    let plan = planTurn(session.journal.state)
    if (mayBeHeldBack(session, plan)) {
      await beforeStop(session)
      plan = planTurn(session.journal.state)
    }
    if (plan.type === 'finish') return finishRun(session, plan)
    const end = await executeTurn(session, plan)
    if (end === 'done') continue
    const asked = openQuestions(session)
    const where = await heed(session, signals)
    await awaitOrder(session)
    if (where === 'here' && mustWait(session, asked)) return waitForAnswers(session)
  }
}

/** Whether hooks may want more before an answer ends the run. */
function mayBeHeldBack(session: Session, plan: TurnPlan): boolean {
  return plan.type === 'finish' && plan.outcome.type === 'completed' && listens(session, 'stop-requested')
}

/** Takes what others sent, until nothing is left. After a rewind the run goes on from there, as it would after a crash. */
async function heed(session: Session, signals: SignalWatch): Promise<'rewound' | 'here'> {
  let where: 'rewound' | 'here' = 'here'
  for (let taken = await signals.take(); taken !== 'nothing'; taken = await signals.take()) {
    if (taken !== 'rewound') continue
    where = 'rewound'
    await startRun(session, signals)
  }
  return where
}

async function finishRun(session: Session, { outcome, text }: PlannedEnd): Promise<void> {
  await endAgents(session)
  const { id, turns, usage, cost, delegated = nothingSpent, unattendedDenials } = currentRun(session)
  const spent = addSpent({ turns, usage, cost, agents: 0 }, delegated)
  const { agents, ...used } = spent
  const below = agents === 0 ? {} : { agents }
  const finished = { run: id, outcome, text, ...used, ...below, unattendedDenials }
  const signals = tellParent(session.journal.state, outcome)
  failpoint('final-before-commit')
  await session.journal.append([draft('run-finished', finished, { labels: session.labels.exposure() })], {
    flush: 'power',
    ...(signals.length === 0 ? {} : { signals }),
  })
  await tellHooks(session, { type: 'session-ended', reason: outcome.type })
}

/** No agent works on for a run that is over. */
async function endAgents(session: Session): Promise<void> {
  const { parts, journal } = session
  if (parts.agents === undefined || openAgents(journal.state).length === 0) return
  await journal.flush()
  await parts.agents.end(callThread(session, { hasEnded: () => false, suspend() {} }))
}

/** Unless an answer came while the last calls ran, or somebody ended the run: both are heeded at once. */
function mustWait(session: Session, asked: readonly string[]): boolean {
  const { interrupted, stopping } = currentRun(session)
  if (interrupted !== undefined || stopping !== undefined) return false
  return openQuestions(session).length >= asked.length
}

async function waitForAnswers(session: Session): Promise<void> {
  const waiting = { run: currentRun(session).id, approvals: openQuestions(session) }
  await session.journal.append([draft('run-waiting', waiting)], { flush: 'power' })
  const text = `The agent waits for ${waiting.approvals.length === 1 ? 'an answer' : 'answers'}.`
  await tellHooks(session, { type: 'notified', text })
}

function openQuestions({ journal }: Session): readonly string[] {
  return (journal.state.turn?.calls ?? []).flatMap(({ approval, suspended = [], outcome }) => {
    if (outcome !== undefined) return []
    return approval !== undefined && approval.answer === undefined ? [approval.id, ...suspended] : suspended
  })
}
