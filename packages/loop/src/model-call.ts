import {
  type AgentEntryData,
  costOf,
  type Hash,
  joinLabels,
  type LabelTable,
  type Model,
  type ModelEvent,
  type Money,
  type Usage,
} from '@keepup/core'

import type { AgentState } from './agent-state.ts'
import { checkMoney, checkUsage } from './check-answer.ts'
import type { PlannedTurn } from './graceful-recovery.ts'
import { type Draft, draft } from './journal.ts'
import { estimateTokens } from './message-text.ts'
import { type ModelEnd, readModel } from './model-stream.ts'
import type { Prompt } from './prompt-builder.ts'
import { fitToWindow } from './prompt-fit.ts'
import { afterFailure } from './retry-policy.ts'
import { currentModel, currentRun, liveStream, type Session } from './session.ts'

/** Asks the model for this turn's message. `undefined` where it gave none: the state says why, and the orchestrator plans anew. */
export async function callModel(
  session: Session,
  plan: PlannedTurn,
  signal: AbortSignal,
): Promise<AgentEntryData['assistant-message'] | undefined> {
  prepareThread(session, plan)
  const model = currentModel(session)
  const fitted = fitPrompt(session, model)
  const { request, digest } = buildPrompt(session, fitted, plan)
  // Nothing is waited for between the plan and this: an interrupt comes before the plan or after the call began.
  await session.journal.append([draft('model-called', describeCall(session, model, plan, digest))])
  const whole = session.inlineFiles(fitted.messages)
  const messages = whole instanceof Promise ? await whole : whole
  const end = await readModel(model, { ...request, messages }, signal, showStream(session))
  if (end.type === 'finished') {
    const answered = answer(session, model, end)
    session.journal.stage([
      draft('assistant-message', answered, { by: 'model', labels: labelsOf(session, end) }),
    ])
    return answered
  }
  const { failure, delay } = describeFailure(session, model, end, digest)
  await session.journal.append([failure])
  if (delay !== undefined) await session.parts.clock.sleep(delay, signal).catch(() => {})
  return undefined
}

/** What must be in the thread before the prompt is built from it. */
function prepareThread(session: Session, { announce }: PlannedTurn): void {
  const { system } = session.parts
  const tools = session.tools.definitions()
  const labels = session.labels.runtime
  const known = session.journal.state.instructions
  const same = known?.system === system && session.prompt.sameTools(known.tools, tools)
  const drafts = [
    ...(same ? [] : [draft('instructions-changed', { system, tools }, { labels })]),
    ...(announce === undefined ? [] : [warn(session, announce)]),
  ]
  if (drafts.length > 0) session.journal.stage(drafts)
}

/** What somebody gave as a reason to stop is repeated to the model: it is not the runtime's own word. */
function warn({ labels }: Session, announce: AgentEntryData['system-warning']): Draft {
  return draft('system-warning', announce, {
    labels: announce.about === 'stop' ? labels.exposure() : labels.runtime,
  })
}

/** The state with what the model can be shown of it. */
function fitPrompt(session: Session, { contextWindow }: Model): AgentState {
  const { state } = session.journal
  return currentRun(session).closing === 'context' ? fitToWindow(state, contextWindow) : state
}

function buildPrompt(session: Session, fitted: AgentState, { toolChoice }: PlannedTurn): Prompt {
  const { limits, thresholds } = session.settings
  const maxOutput = toolChoice === 'none' && limits.tokens !== undefined ? thresholds.answer : undefined
  return session.prompt.build(fitted, fitted.instructions?.tools ?? [], toolChoice, maxOutput)
}

function describeCall(
  session: Session,
  model: Model,
  { toolChoice }: PlannedTurn,
  request: Hash,
): AgentEntryData['model-called'] {
  const run = currentRun(session)
  const { promptTokens } = session.journal.state
  const tokens = promptTokens + session.settings.thresholds.answer
  const usage: Usage = {
    input: promptTokens,
    cached: 0,
    cacheWritten: 0,
    output: session.settings.thresholds.answer,
    reasoning: 0,
  }
  return {
    run: run.id,
    turn: run.turns + 1,
    attempt: run.attempts + 1,
    model: model.id,
    request,
    toolChoice,
    reserved: { tokens, money: model.price === undefined ? 0 : Math.ceil(costOf(usage, model.price)) },
  }
}

function answer(
  session: Session,
  model: Model,
  end: Extract<ModelEnd, { type: 'finished' }>,
): AgentEntryData['assistant-message'] {
  const estimate = { input: session.journal.state.promptTokens, output: estimateTokens(end.message) }
  const usage = checkUsage(end.usage, estimate)
  const cost = costOfCall(model, usage, checkMoney(end.cost))
  return {
    message: end.message,
    model: end.model ?? model.id,
    reason: end.reason,
    usage,
    cost: cost ?? 0,
    ...(cost === undefined ? { unpriced: true } : {}),
  }
}

/** An answer is made of what the model was shown, and of what it says of itself beyond that. */
function labelsOf(session: Session, { label }: Extract<ModelEnd, { readonly type: 'finished' }>): LabelTable {
  const shown = session.labels.exposure()
  return label === undefined ? shown : { default: joinLabels(shown.default, label) }
}

function costOfCall(model: Model, usage: Usage, told?: Money): Money | undefined {
  return told ?? (model.price === undefined ? undefined : Math.round(costOf(usage, model.price)))
}

function describeFailure(
  session: Session,
  model: Model,
  { failure, usage: told }: Extract<ModelEnd, { type: 'failed' }>,
  request: Hash,
): { readonly failure: Draft; readonly delay?: number } {
  const run = currentRun(session)
  const fallbacks = run.modelIndex + 1 < session.parts.models.length
  const situation = { failures: run.failures + 1, fallbacks, request }
  const after = afterFailure(session.settings.retry, failure, situation)
  const usage = told === undefined ? undefined : checkUsage(told, { input: 0, output: 0 })
  const cost = usage === undefined ? undefined : costOfCall(model, usage)
  const data: AgentEntryData['model-failed'] = {
    attempt: run.attempts,
    model: model.id,
    failure,
    ...after,
    ...(usage === undefined ? {} : { usage }),
    ...(cost === undefined ? {} : { cost }),
  }
  return {
    failure: draft('model-failed', data, { by: 'model' }),
    ...(after.next === 'retry' ? { delay: after.delay } : {}),
  }
}

/** Shows deltas while they come. A listener that is slow or fails never holds the model up. */
function showStream(session: Session): (event: ModelEvent) => void {
  const run = currentRun(session)
  const publish = liveStream(session, `${run.id}/${run.turns + 1}/${run.attempts}`)
  const names = new Map<string, string>()
  return (event) => {
    if (event.type === 'text-delta') publish({ type: 'text-streamed', run: run.id, text: event.text })
    if (event.type === 'reasoning-delta')
      publish({ type: 'reasoning-streamed', run: run.id, text: event.text })
    if (event.type === 'tool-input-started') names.set(event.id, event.name)
    if (event.type === 'tool-input-delta') {
      publish({
        type: 'tool-input-streamed',
        call: event.id,
        tool: names.get(event.id) ?? '',
        text: event.text,
      })
    }
  }
}
