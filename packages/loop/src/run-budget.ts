import type { AgentBudget, Limits, Money, Timestamp } from '@keepup/core'

import type { AgentState, RunState } from './agent-state.ts'
import { openAgents } from './fold/agent-handlers.ts'

/** What a run used of what its limits bound. */
export interface UsedBudget {
  readonly turns: number
  readonly tokens: number
  readonly money: Money
}

/** What the run used, and the agents that it started, as far as they are settled. */
export function spentOf({ turns, usage, cost, delegated }: RunState): UsedBudget {
  return {
    turns: turns + (delegated?.turns ?? 0),
    tokens: usage.input + usage.output + (delegated?.usage.input ?? 0) + (delegated?.usage.output ?? 0),
    money: cost + (delegated?.cost ?? 0),
  }
}

/** What cannot be used any more: what was spent, and what is set aside for agents that are at work. */
export function boundOf(state: AgentState, run: RunState): UsedBudget {
  const open = openAgents(state)
  const spent = spentOf(run)
  if (open.length === 0) return spent
  const aside = (what: 'turns' | 'tokens' | 'money'): number =>
    open.reduce((sum, { budget }) => sum + (budget[what] ?? 0), 0)
  return {
    turns: spent.turns + aside('turns'),
    tokens: spent.tokens + aside('tokens'),
    money: spent.money + aside('money'),
  }
}

/** What a run may hand on to agents: what is left once it has kept one turn, and the tokens and the money of its last words. */
export function leftOf(
  state: AgentState,
  run: RunState,
  kept: Omit<UsedBudget, 'turns'>,
  now: Timestamp,
): Limits {
  const { limits } = run.settings
  const bound = boundOf(state, run)
  return {
    ...(limits.turns === undefined ? {} : { turns: rest(limits.turns, bound.turns + 1) }),
    ...(limits.tokens === undefined ? {} : { tokens: rest(limits.tokens, bound.tokens + kept.tokens) }),
    ...(limits.money === undefined ? {} : { money: rest(limits.money, bound.money + kept.money) }),
    ...(limits.time === undefined ? {} : { time: rest(limits.time, Math.max(0, now - run.startedAt)) }),
  } satisfies Omit<AgentBudget, 'agents'>
}

function rest(limit: number, used: number): number {
  return Math.max(0, Math.floor(limit - used))
}
