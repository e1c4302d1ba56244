import { hash } from 'node:crypto'

import type { CallKey, Hash, RunId, SignalId, ThreadId } from './identifiers.ts'
import type { Limits, RunOutcome } from './limits.ts'
import type { Money, Usage } from './model.ts'

/** What an agent is lent by the one that starts it: the limits of its run, and how many agents it may start in turn, those below them included. */
export interface AgentBudget extends Limits {
  readonly agents: number
}

/** What an agent used, with all agents below it. */
export interface AgentSpent {
  readonly turns: number
  readonly usage: Usage
  readonly cost: Money
  /** Agents that it and those below it started. */
  readonly agents: number
}

/** One step of the way by which an agent came to be. */
export interface DelegationLink {
  readonly agent: ThreadId
  readonly role: string
  /** H(the task in plain letters): the same for a task that is only spelled otherwise. */
  readonly task: Hash
}

/** How one agent was started by another: the first entry of its thread, and one more for each further attempt. */
export interface Delegation {
  /** The thread that is started. A fork of it was started by nobody. */
  readonly agent: ThreadId
  readonly parent: ThreadId
  /** The agent that a person started, to whose tree it belongs. */
  readonly root: ThreadId
  /** The call that started it. */
  readonly key: CallKey
  /** From 1; more where it failed and was started again. */
  readonly attempt: number
  readonly role: string
  /** From the agent that a person started down to this one, which is the last; that first one itself is not in it. */
  readonly chain: readonly DelegationLink[]
  readonly budget: AgentBudget
}

/** How an agent that another one started stands, in the thread of the one that started it. */
export interface StartedAgent {
  readonly agent: ThreadId
  readonly key: CallKey
  readonly attempt: number
  readonly role: string
  /** Set aside for it until it is settled. */
  readonly budget: AgentBudget
  /** Nobody waits for it: it is collected later. */
  readonly background?: true
  /** The working tree of its own that it has, and the snapshot that this began as. */
  readonly tree?: { readonly folder: string; readonly from: Hash }
  /** It has been given control: whoever started it says nothing until it is over. */
  readonly control?: true
}

/** How an agent that another one started came to its end. `released`: it was given up, and cannot go on. */
export type AgentEnd = RunOutcome['type'] | 'released'

/** What the last commit of a run that was delegated tells the thread that started it, on the channel `agents:AGENT`. */
export interface AgentEnded {
  readonly agent: ThreadId
  readonly attempt: number
  readonly run: RunId
  readonly end: AgentEnd
  readonly spent: AgentSpent
}

/** The id of the signal by which a run that was delegated tells that it has ended: whoever saw it end can take it without looking for it. */
export function agentEndedId(agent: ThreadId, run: RunId): SignalId {
  return hash('sha256', JSON.stringify(['agent-ended', agent, run]), 'hex')
}
