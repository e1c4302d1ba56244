import {
  addUsage,
  type AgentSpent,
  type Delegation,
  type Effect,
  type KnownAgent,
  noUsage,
  type ThreadId,
} from '@keepup/core'

import type { AgentState, StartedHere } from '../agent-state.ts'
import { filesTouched } from '../kept-files.ts'
import type { Handlers } from './handler.ts'
import { inRun } from './in-run.ts'
import { note } from './show.ts'

/** Nothing used. */
export const nothingSpent: AgentSpent = { turns: 0, usage: noUsage, cost: 0, agents: 0 }

/** Agents may change any file, in their own way: what they did is seen once they are waited for. */
const anyFiles: readonly Effect[] = [{ kind: 'exec', target: '*' }]

/** What becomes of agents that one started, and of the one that was started. */
export const agentHandlers: Handlers<
  'agent-delegated' | 'agent-released' | 'agent-spawned' | 'agent-settled' | 'agents-awaited'
> = {
  'agent-delegated': (state, { data }) => ({ ...state, delegation: data }),

  'agent-released': delegationOver,

  'agent-spawned': (state, { data, thread }) => {
    return { ...state, agents: [...(state.agents ?? []), { ...data, run: state.run?.id ?? '', thread }] }
  },

  'agent-settled': (state, { data, sequence }) => {
    const { agent, attempt, spent } = data
    const open = state.agents?.find((one) => one.agent === agent && isOpen(one))
    if (open === undefined || open.attempt !== attempt) return state
    const agents = (state.agents ?? []).map((one) => (one === open ? { ...one, settled: data } : one))
    const seen = filesTouched(state, anyFiles, sequence)
    const counted = inRun({ ...seen, agents, ...addedTo(state, spent) }, (run) => ({
      ...run,
      delegated: addSpent(run.delegated ?? nothingSpent, { ...spent, agents: spent.agents + 1 }),
    }))
    if (data.told === undefined) return counted
    const how = data.end === 'completed' ? 'has finished' : `has ended (${data.end})`
    return note(counted, `Agent ${agent} (${open.role}) ${how}. Read its answer with collect_agents.`)
  },

  'agents-awaited': (before, { data, sequence }) => {
    const state = filesTouched(before, anyFiles, sequence)
    const { turn } = state
    if (turn === undefined) return state
    const calls = turn.calls.map((call) => (call.key === data.key ? { ...call, awaits: data.agents } : call))
    return { ...state, turn: { ...turn, calls } }
  },
}

/** Nobody waits for the agent any more. */
export function delegationOver(state: AgentState): AgentState {
  const { delegation } = state
  return delegation === undefined ? state : { ...state, delegation: { ...delegation, over: true } }
}

/** How another agent started this one and waits for it. */
export function openDelegation({ delegation }: AgentState): Delegation | undefined {
  return delegation?.over === true ? undefined : delegation
}

function addedTo(state: AgentState, spent: AgentSpent): Pick<AgentState, 'turns' | 'usage' | 'cost'> {
  return {
    turns: state.turns + spent.turns,
    usage: addUsage(state.usage, spent.usage),
    cost: state.cost + spent.cost,
  }
}

/** The sum of what two used. */
export function addSpent(a: AgentSpent, b: AgentSpent): AgentSpent {
  return {
    turns: a.turns + b.turns,
    usage: addUsage(a.usage, b.usage),
    cost: a.cost + b.cost,
    agents: a.agents + b.agents,
  }
}

/** Whether an agent was not settled yet. */
function isOpen({ settled }: Pick<KnownAgent, 'settled'>): boolean {
  return settled === undefined
}

/**
 * The state at the beginning of what a process does in `thread`: agents that another thread started, of which this one is a fork, are that thread's own, and
 * so is the way in which it was started. Those of earlier runs that are settled are of no use any more where a new run begins.
 */
export function ownAgents(state: AgentState, thread: ThreadId, isNewRun: boolean): AgentState {
  const { agents, delegation, ...rest } = state
  if (agents === undefined && delegation === undefined) return state
  const own = (agents ?? []).filter((one) => one.thread === thread && (isOpen(one) || !isNewRun))
  return {
    ...rest,
    ...(own.length === 0 ? {} : { agents: own }),
    ...(delegation?.agent === thread ? { delegation } : {}),
  }
}

/** Agents that are at work, as far as the thread knows. */
export function openAgents({ agents }: AgentState): readonly StartedHere[] {
  return (agents ?? []).filter(isOpen)
}
