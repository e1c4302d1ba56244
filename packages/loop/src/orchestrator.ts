import { failpoint } from '@keepup/core'

import { planTurn, type PlannedEnd } from './graceful-recovery.ts'
import { draft } from './journal.ts'
import { startRun } from './run-start.ts'
import { currentModel, currentRun, type Session } from './session.ts'
import type { SignalWatch } from './signal-watch.ts'
import { executeTurn } from './turn-executor.ts'

/**
 * Orchestrator: the loop over turns. Take what others sent, plan from the state, execute the plan; the state alone decides, so a run that was
 * killed anywhere goes on as if it had not been.
 */
export async function orchestrate(session: Session, signals: SignalWatch): Promise<void> {
  await startRun(session, signals)
  while (true) {
    await signals.take()
    await compact(session)
    const plan = planTurn(session.journal.state)
    if (plan.type === 'finish') return finishRun(session, plan)
    const end = await executeTurn(session, plan)
    if (end === 'waiting' && !(await answersArrived(session, signals))) return waitForAnswers(session)
  }
}

/** Lets the context policy act before the window is full. */
async function compact(session: Session): Promise<void> {
  const { contextPolicy, system } = session.parts
  const { messages, promptTokens, turn } = session.journal.state
  const window = currentModel(session).contextWindow
  if (contextPolicy === undefined || window === undefined || turn !== undefined) return
  await session.journal.flush()
  const { signal } = session.abort
  const entries = await contextPolicy({ system, messages, estimate: promptTokens, window, signal })
  if (entries.length > 0) await session.journal.append(entries)
}

async function finishRun(session: Session, { outcome, text }: PlannedEnd): Promise<void> {
  const { id, turns, usage, cost, unattendedDenials } = currentRun(session)
  const finished = { run: id, outcome, text, turns, usage, cost, unattendedDenials }
  failpoint('final-before-commit')
  await session.journal.append([draft('run-finished', finished, { labels: session.labels.exposure() })], {
    flush: 'power',
  })
}

/** An answer that came while the last calls ran is heeded at once. */
async function answersArrived(session: Session, signals: SignalWatch): Promise<boolean> {
  const before = openQuestions(session).length
  await signals.take()
  return openQuestions(session).length < before || currentRun(session).interrupted !== undefined
}

async function waitForAnswers(session: Session): Promise<void> {
  const waiting = { run: currentRun(session).id, approvals: openQuestions(session) }
  await session.journal.append([draft('run-waiting', waiting)], { flush: 'power' })
}

function openQuestions({ journal }: Session): readonly string[] {
  return (journal.state.turn?.calls ?? []).flatMap(({ approval }) =>
    approval !== undefined && approval.answer === undefined ? [approval.id] : [],
  )
}
