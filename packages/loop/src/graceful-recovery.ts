import type {
  AgentEntryData,
  LimitName,
  ModelFacts,
  Money,
  RecoveryThresholds,
  RunOutcome,
  Timestamp,
} from '@keepup/core'

import type { AgentState, RunState } from './agent-state.ts'
import { openAgents } from './fold/agent-handlers.ts'
import { boundOf, spentOf } from './run-budget.ts'

/** The run is over. */
export interface PlannedEnd {
  readonly type: 'finish'
  readonly outcome: RunOutcome
  /** The final answer. */
  readonly text: string
}

/** One more turn. */
export interface PlannedTurn {
  readonly type: 'turn'
  readonly toolChoice: 'auto' | 'none'
  /** Said to the model before the turn. */
  readonly announce?: AgentEntryData['system-warning']
}

/** What the loop does next. */
export type TurnPlan = PlannedEnd | PlannedTurn

/** Warn at the third repetition, end at the fifth; a thousand tokens for the last words. */
export const defaultThresholds: RecoveryThresholds = { repetitions: { warn: 3, stop: 5 }, answer: 1_000 }

/**
 * GracefulRecovery: decides from the state alone whether a run goes on, is warned, gets its reserved last turn, or is over. Every limit ends in an
 * answer: near it the model is warned, at it comes one more turn without tools.
 */
export function planTurn(state: AgentState): TurnPlan {
  const { run } = state
  if (run === undefined)
    return finish({ type: 'failed', code: 'internal', message: 'There is no run to go on with.' }, '')
  if (run.interrupted !== undefined) return afterInterrupt(state, run.interrupted)
  if (run.halted !== undefined) return afterHalt(state, run.halted)
  if (run.closing !== undefined) return closingTurn(state, run, run.closing)
  if (run.gaveUp !== undefined) return afterGivingUp(state, run)
  if (state.turn !== undefined)
    return { type: 'turn', toolChoice: run.stopping === undefined ? 'auto' : 'none' }
  if (hasAnswered(state)) return afterAnswer(state, run)
  if (run.stopping !== undefined) return lastTurn('stop', run)
  const limit = reachedLimit(state, run)
  if (limit !== undefined) return lastTurn(limit, run)
  const announce = warning(state, run)
  return { type: 'turn', toolChoice: 'auto', ...(announce === undefined ? {} : { announce }) }
}

/** Whether the model has spoken last and asked for nothing: there is nothing to do until somebody says something. */
export function hasAnswered(state: AgentState): boolean {
  const last = state.messages.at(-1)
  return (
    state.turn === undefined &&
    last?.role === 'assistant' &&
    last.content.every((part) => part.type !== 'tool-call')
  )
}

/** Calls that wait get their outcome first: a run that is over leaves nothing open. */
function afterInterrupt(state: AgentState, reason: string): TurnPlan {
  if (state.turn !== undefined) return { type: 'turn', toolChoice: 'none' }
  return finish({ type: 'interrupted', reason }, state.lastText)
}

/** A hook ended the run: like an interrupt, and it was meant. */
function afterHalt(state: AgentState, reason: string): TurnPlan {
  if (state.turn !== undefined) return { type: 'turn', toolChoice: 'none' }
  return finish({ type: 'stopped', reason }, state.lastText)
}

function afterAnswer(state: AgentState, run: RunState): TurnPlan {
  const left = openAgents(state)
  if (left.length > 0 && !run.warned.includes('agents')) return remind(left)
  if (state.lastText.trim() !== '' || run.warned.includes('answer'))
    return finish({ type: 'completed' }, state.lastText)
  const text = 'Your last message was empty. Go on with the task, or give your answer.'
  return { type: 'turn', toolChoice: 'auto', announce: { text, about: 'answer' } }
}

/** What agents that nobody collects were about to say would be lost: the model is told of them once. */
function remind(left: readonly { readonly agent: string; readonly role: string }[]): TurnPlan {
  const names = left.map(({ agent, role }) => `${agent} (${role})`).join(', ')
  const text = `Agents that you started are still at work: ${names}. Wait for them with collect_agents, or give your answer again: they are ended then.`
  return { type: 'turn', toolChoice: 'auto', announce: { text, about: 'agents' } }
}

function afterGivingUp(state: AgentState, run: RunState): TurnPlan {
  if (run.gaveUp?.kind === 'context-overflow') return lastTurn('context', run)
  // The time that was over cut the call short: that is no failure of the model.
  if (run.gaveUp?.kind === 'interrupted' && isTimeOver(state, run)) return lastTurn('time', run)
  const message = run.gaveUp?.message ?? 'The model gave no answer.'
  return finish({ type: 'failed', code: 'model-failed', message }, state.lastText)
}

function closingTurn(state: AgentState, run: RunState, closing: LimitName | 'stop'): TurnPlan {
  if (run.gaveUp !== undefined) {
    return finish(
      closingOutcome(run, closing),
      lastWords(state, `The model could not sum up: ${run.gaveUp.message}`),
    )
  }
  if (run.closed !== true && state.time >= deadlineOf(state, 'none')) {
    return finish(closingOutcome(run, closing), lastWords(state, 'The model did not sum up in time.'))
  }
  if (run.closed !== true || state.turn !== undefined) return { type: 'turn', toolChoice: 'none' }
  return finish(closingOutcome(run, closing), lastWords(state, 'The model did not sum up.'))
}

/** When what is under way must end: at the run's time limit, or when the grace of the reserved last turn is over. `Infinity` for never. */
export function deadlineOf({ run, time }: AgentState, toolChoice: 'auto' | 'none'): Timestamp {
  const limit = run?.settings.limits.time ?? Number.POSITIVE_INFINITY
  if (toolChoice === 'auto') return (run?.startedAt ?? time) + limit
  return (run?.closingAt ?? time) + Math.min(60_000, Math.max(5_000, limit / 5))
}

function closingOutcome(run: RunState, closing: LimitName | 'stop'): RunOutcome {
  if (closing === 'stop') return { type: 'stopped', reason: run.stopping ?? 'asked to stop' }
  return { type: 'limit-reached', limit: closing }
}

function lastWords(state: AgentState, otherwise: string): string {
  return state.lastText.trim() === '' ? otherwise : state.lastText
}

function lastTurn(about: LimitName | 'stop', run: RunState): TurnPlan {
  const text = `${reasonOf(about, run)} Tools are off now. Give your final answer: what was done, what was found, what is left to do.`
  return { type: 'turn', toolChoice: 'none', announce: { text, about, final: true } }
}

function reasonOf(about: LimitName | 'stop', { settings: { limits }, stopping }: RunState): string {
  switch (about) {
    case 'turns':
      return `The limit of ${limits.turns} turns is reached.`
    case 'time':
      return `The time limit of ${limits.time} ms is reached.`
    case 'tokens':
      return `The limit of ${limits.tokens} tokens is nearly used up.`
    case 'money':
      return 'The spending limit is nearly used up.'
    case 'context':
      return 'The context window is full.'
    case 'loop':
      return 'You keep repeating the same calls with the same results.'
    case 'stop':
      return `You were asked to stop (${stopping}).`
  }
}

function finish(outcome: RunOutcome, text: string): TurnPlan {
  return { type: 'finish', outcome, text }
}

/** The model in use: the first one, or the fallback the run came to. */
function modelOf({ settings: { models }, modelIndex }: RunState): ModelFacts {
  return models[modelIndex] ?? models[0]
}

/** What a run keeps back from those whom it hands its budget on to. */
export function keptForLastWords(state: AgentState): { readonly tokens: number; readonly money: Money } {
  const { run } = state
  return run === undefined ? { tokens: 0, money: 0 } : ahead(state, modelOf(run), run.settings.thresholds)
}

/** What the next call and the reserved last one are estimated to take. */
function ahead(
  state: AgentState,
  model: ModelFacts,
  { answer }: RecoveryThresholds,
): { tokens: number; money: Money } {
  const tokens = 2 * (state.promptTokens + answer)
  const price = model.price
  const money = price === undefined ? 0 : 2 * (state.promptTokens * price.input + answer * price.output)
  return { tokens, money }
}

function reachedLimit(state: AgentState, run: RunState): LimitName | undefined {
  const { limits, thresholds } = run.settings
  const model = modelOf(run)
  const next = ahead(state, model, thresholds)
  const window = model.contextWindow ?? Number.POSITIVE_INFINITY
  const bound = boundOf(state, run)
  const reached: Readonly<Record<LimitName, boolean>> = {
    turns: bound.turns >= (limits.turns ?? Number.POSITIVE_INFINITY),
    time: isTimeOver(state, run),
    tokens: bound.tokens + next.tokens > (limits.tokens ?? Number.POSITIVE_INFINITY),
    money: bound.money + next.money > (limits.money ?? Number.POSITIVE_INFINITY),
    context: state.promptTokens + 2 * thresholds.answer > window,
    loop: run.repetition.count >= thresholds.repetitions.stop,
  }
  return limitNames.find((name) => reached[name])
}

const limitNames = [
  'turns',
  'time',
  'tokens',
  'money',
  'context',
  'loop',
] as const satisfies readonly LimitName[]

function warning(state: AgentState, run: RunState): AgentEntryData['system-warning'] | undefined {
  const { limits, thresholds } = run.settings
  const spent = spentOf(run)
  const near: Readonly<Record<LimitName, boolean>> = {
    turns: turnsLeft(state, run) <= 2,
    time: isNear(elapsed(state, run), limits.time),
    tokens: isNear(spent.tokens, limits.tokens),
    money: isNear(spent.money, limits.money),
    context: isNear(state.promptTokens, modelOf(run).contextWindow),
    loop: run.repetition.count >= thresholds.repetitions.warn,
  }
  const about = limitNames.find((name) => near[name] && !run.warned.includes(name))
  return about === undefined ? undefined : { about, text: warningText(about, state, run) }
}

function warningText(about: LimitName, state: AgentState, run: RunState): string {
  switch (about) {
    case 'turns': {
      const left = turnsLeft(state, run)
      return `You have ${left} ${left === 1 ? 'turn' : 'turns'} left. Stop and summarize.`
    }
    case 'loop':
      return `You made the same calls ${run.repetition.count} times with the same results. Do something else, or give your answer.`
    case 'money':
      return used('budget')
    case 'context':
      return used('context window')
    case 'time':
    case 'tokens':
      return used(about)
  }
}

/** Four fifths of a limit; nothing is near where there is none. */
function isNear(spent: number, limit: number = Number.POSITIVE_INFINITY): boolean {
  return spent >= 0.8 * limit
}

function turnsLeft(state: AgentState, run: RunState): number {
  return (run.settings.limits.turns ?? Number.POSITIVE_INFINITY) - boundOf(state, run).turns
}

function used(what: string): string {
  return `You have used 80 % of your ${what}. Stop and summarize.`
}

/** Told by the entries alone, so that a replay decides alike. */
export function isTimeOver(state: AgentState, run: RunState): boolean {
  return elapsed(state, run) >= (run.settings.limits.time ?? Number.POSITIVE_INFINITY)
}

function elapsed(state: AgentState, run: RunState): number {
  return Math.max(0, state.time - run.startedAt)
}
