import type {
  AgentEntryData,
  Decision,
  HookEvent,
  HookEventType,
  HookVerdict,
  LabelTable,
} from '@keepup/core'

import { hasAnswered } from './graceful-recovery.ts'
import { draft } from './journal.ts'
import { currentModel, currentRun, type Session } from './session.ts'
import { untilAbandoned } from './until-abandoned.ts'

/** Whatever a hook says is free text: its program may repeat anything. */
const hookLabels: LabelTable = {
  default: { integrity: 'free-text', sources: ['hook'], readers: 'anyone', confidential: false },
}

/** Whether hooks want to know of a moment. Where they do not, nothing is waited for. */
export function listens({ parts: { hooks } }: Session, type: HookEventType): boolean {
  return hooks?.listens(type) === true
}

/** Runs the hooks of a moment of the loop, and records what the model is told of it, what was refused and whether the run is to end. */
export async function runHooks(session: Session, event: HookEvent): Promise<void> {
  if (!listens(session, event.type)) return
  await session.journal.flush()
  const report = reportOf(session, event, await consult(session, event))
  // What was said of a run that is over by now is not needed any more.
  if (currentRun(session).interrupted !== undefined) return
  if (report !== undefined) session.journal.stage([draft('hook-reported', report, { labels: hookLabels })])
}

/** Runs the hooks of a moment in which nothing can be changed any more. */
export async function tellHooks(session: Session, event: HookEvent): Promise<void> {
  if (listens(session, event.type)) await consult(session, event)
}

/** Before a call of the model: hooks see what people said since the last one, and that it is about to happen. */
export async function beforeModel(session: Session): Promise<void> {
  if (!isModelNext(session)) return
  const { prompts } = session.journal.state
  if (prompts.length > 0) await runHooks(session, { type: 'prompt-submitted', prompt: prompts.join('\n\n') })
  if (!isModelNext(session)) return
  const { turns } = currentRun(session)
  await runHooks(session, { type: 'model-requested', model: currentModel(session).id, turn: turns + 1 })
}

/** Before the run finishes with an answer: a hook that denies it lets the agent go on with the hook's words. */
export async function beforeStop(session: Session): Promise<void> {
  const { lastText, run } = session.journal.state
  await runHooks(session, { type: 'stop-requested', lastText, again: run?.continued === true })
}

/** Before the context is compacted. What is recorded is the compaction, so that of hooks only a refusal counts, which leaves everything as it was. */
export async function mayCompact(session: Session): Promise<boolean> {
  const { decision } = await consult(session, { type: 'compaction-requested', trigger: 'auto' })
  return refusalOf(decision) === undefined && currentRun(session).interrupted === undefined
}

/** Whether a call of the model is what comes next. */
export function isModelNext({ journal: { state } }: Session): boolean {
  const { run, turn } = state
  if (run === undefined || run.interrupted !== undefined || run.halted !== undefined) return false
  return turn === undefined && !hasAnswered(state)
}

async function consult(session: Session, event: HookEvent): Promise<HookVerdict> {
  const { parts, thread, settings, abort, journal } = session
  const { hooks } = parts
  if (hooks === undefined) return {}
  const situation = {
    thread: thread.thread,
    mode: settings.mode,
    signal: abort.signal,
    recorded: () => journal.flush(),
  }
  try {
    return await untilAbandoned('A hook', abort.signal, () => hooks.run(event, situation))
  } catch (error) {
    // Hooks never reject; a guard that does denies.
    const reason = `The hooks failed: ${error instanceof Error ? error.message : String(error)}`
    return { decision: { type: 'deny', reason } }
  }
}

/** Moments that a hook can refuse; there is nobody to ask, so a question is a refusal. */
const refusable: ReadonlySet<HookEvent['type']> = new Set([
  'prompt-submitted',
  'model-requested',
  'stop-requested',
])

function reportOf(
  session: Session,
  { type: moment }: HookEvent,
  { decision, context = [], stop }: HookVerdict,
): AgentEntryData['hook-reported'] | undefined {
  const denied = refusable.has(moment) ? refusalOf(decision) : undefined
  if (denied === undefined && context.length === 0 && stop === undefined) return undefined
  return {
    run: currentRun(session).id,
    moment,
    ...(context.length === 0 ? {} : { context }),
    ...(denied === undefined ? {} : { denied }),
    ...(stop === undefined ? {} : { stop }),
  }
}

function refusalOf(decision: Decision | undefined): string | undefined {
  if (decision === undefined || decision.type === 'allow') return undefined
  return decision.type === 'deny' ? decision.reason : decision.question
}
