import { currentOwner } from '@keepup/checkpoint'
import {
  type AgentKeeper,
  type AgentRole,
  type CallThread,
  KeepupError,
  type KnownAgent,
  type Limits,
  systemClock,
  type ThreadId,
  type Tool,
  type ToolContext,
  type ToolOutput,
} from '@keepup/core'

import { checkBounds } from './agent-bounds.ts'
import { attend, type Awaiting } from './await-agent.ts'
import { cancelAgents } from './cancel-agents.ts'
import { collectAgents } from './collect-agents.ts'
import { concludeAgent, type Concluded } from './conclude-agent.ts'
import { endAgents } from './end-agents.ts'
import { createInTurn } from './in-turn.ts'
import { createLiveAgents } from './live-agents.ts'
import type { AgentManagerOptions, ManagerParts } from './manager-parts.ts'
import { startAgent } from './start-agent.ts'
import { agentTools } from './tools/agent-tools.ts'
import { createWorkingTrees } from './working-trees.ts'

/** An agent that a program wants started, within a call of a tool. */
export interface SpawnRequest {
  readonly role: string
  readonly task: string
  /** The context of the call: the agent belongs to its thread. */
  readonly parent: ToolContext
  /** The most it may use; a half of what is left to its parent when left out. */
  readonly budget?: Limits
  /** `worktree` for a role that may write, where the manager has a workspace; `none` otherwise, when left out. */
  readonly isolation?: 'none' | 'worktree'
  /** It works beside its parent, and is collected later. */
  readonly background?: boolean
  /** It is handed control: all that is left, and what was said so far. */
  readonly control?: boolean
}

/** What became of a request: an agent that is at work, or why there is none. */
export type Spawned =
  | { readonly type: 'started'; readonly agent: ThreadId; readonly role: string }
  | { readonly type: 'refused'; readonly reason: string }

/** The tree of agents: starts them within bounds, lends budgets, waits for them, and ends them with whoever started them. */
export interface AgentManager extends AgentKeeper {
  /** Starts an agent, durably, or says why not. Called again in the same call, it finds the agent that this started. */
  spawn(request: SpawnRequest): Promise<Spawned>
  /**
   * Waits for agents that a call started, or others of the tree, and gives their answers. `undefined` where a person must answer first: the call was suspended,
   * return from it at once. Fails `wait-cycle`.
   */
  collect(parent: ToolContext, agents: readonly ThreadId[]): Promise<ToolOutput | undefined>
  /** Ends agents that the call's thread started, and settles them. */
  cancel(parent: ToolContext, agents: readonly ThreadId[], reason: string): Promise<void>
  /** `delegate_to_agent`, `collect_agents`, `cancel_agents` and `hand_off_to_agent`. */
  readonly tools: readonly Tool[]
  readonly roles: readonly AgentRole[]
}

/** Makes the manager of a tree. Fails `configuration-invalid` where there are no roles, one has no fit name or that of another, or a bound is no count. */
export function createAgentManager(options: AgentManagerOptions): AgentManager {
  const parts = wholeParts(options)
  const shared = {
    parts,
    live: createLiveAgents(parts),
    trees: createWorkingTrees(parts),
    turns: createInTurn(),
  }
  const within = (context: ToolContext): Awaiting => {
    const thread = threadOf(context)
    return { ...shared, thread, key: context.call.key, context }
  }
  const manager: Omit<AgentManager, 'tools'> = {
    roles: options.roles,
    spawn: async ({ parent, ...request }) => {
      const role = parts.roleOf(request.role)
      if (role === undefined) return { type: 'refused', reason: noSuchRole(request.role, options.roles) }
      const { task, budget = {}, background = false, control = false } = request
      const isolation = request.isolation ?? usualIsolation(role, control)
      const others = laterCalls(threadOf(parent), parent)
      const wanted = { role, task, budget, others, background, control, isolation }
      const message = control ? transcript(threadOf(parent), task) : task
      const started = await startAgent(within(parent), { ...wanted, message })
      if ('refused' in started) return { type: 'refused', reason: started.refused }
      return { type: 'started', agent: started.agent.agent, role: role.name }
    },
    collect: (parent, agents) => heed(within(parent), (awaiting) => answerOf(awaiting, agents)),
    cancel: (parent, agents, reason) => cancelAgents(within(parent), agents, reason),
    resume: (thread) => resumeAgents({ ...shared, thread }),
    end: (thread) => endAgents({ ...shared, thread }),
  }
  return { ...manager, tools: agentTools(manager) }
}

function wholeParts(options: AgentManagerOptions): ManagerParts {
  checkRoles(options.roles)
  return {
    ...options,
    limits: checkBounds(options.bounds),
    clock: options.clock ?? systemClock,
    poll: options.poll ?? 100,
    patience: options.patience ?? 10_000,
    owner: options.owner ?? currentOwner(crypto.randomUUID()),
    roleOf: (name) => options.roles.find((role) => role.name === name),
  }
}

const roleName = /^[a-z0-9][a-z0-9-]{0,63}$/

function checkRoles(roles: readonly AgentRole[]): void {
  const names = roles.map(({ name }) => name)
  const odd = names.find((name) => !roleName.test(name))
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (names.length === 0) throw badRoles('There are no roles of agents. Give at least one, or no manager.')
  if (odd !== undefined) {
    throw badRoles(
      `A role of agents is named "${odd}". Give it a name of lower-case letters, digits and hyphens, at most 64.`,
    )
  }
  if (twice !== undefined) throw badRoles(`Two roles of agents are named "${twice}". Rename one.`)
}

function badRoles(message: string): KeepupError {
  return new KeepupError('configuration-invalid', message)
}

function threadOf({ thread }: ToolContext): CallThread {
  if (thread !== undefined) return thread
  throw new KeepupError(
    'not-supported',
    'Agents can be started only by an agent whose thread is kept: whoever runs this call gave it no thread.',
  )
}

function usualIsolation({ writes }: AgentRole, control: boolean): 'none' | 'worktree' {
  return writes === false || control ? 'none' : 'worktree'
}

function noSuchRole(name: string, roles: readonly AgentRole[]): string {
  return `there is no role "${name}"; there are ${roles.map((role) => role.name).join(', ')}`
}

/** An agent that the call itself started is waited for alone; anything else is collected. */
function answerOf(awaiting: Awaiting, agents: readonly ThreadId[]): Promise<Concluded> {
  const own = ownOf(awaiting, agents)
  return own === undefined ? collectAgents(awaiting, agents) : concludeAgent(awaiting, own)
}

function ownOf({ thread, key }: Awaiting, agents: readonly ThreadId[]): KnownAgent | undefined {
  const [only, ...others] = agents
  if (only === undefined || others.length > 0) return undefined
  const started = thread.agents.findLast(({ agent }) => agent === only)
  return started?.key === key && started.background !== true ? started : undefined
}

/** A call that has to wait for a person is suspended. */
async function heed(
  awaiting: Awaiting,
  act: (awaiting: Awaiting) => Promise<Concluded>,
): Promise<ToolOutput | undefined> {
  const concluded = await act(awaiting)
  if (concluded.type === 'answered') return concluded.output
  awaiting.thread.suspend(awaiting.key, concluded.approvals)
  return undefined
}

/** Agents that nobody waits for go on where they stopped. */
function resumeAgents(awaiting: Pick<Awaiting, 'live' | 'trees' | 'thread'>): void {
  const { agents } = awaiting.thread
  for (const agent of agents) {
    if (agent.settled !== undefined || agent.background !== true) continue
    // One that cannot be run is let go when it is collected, or at the end.
    attend(awaiting, agent).catch(() => {})
  }
}

/** How many calls of the same tool come after one in its turn. */
function laterCalls({ messages }: CallThread, { call: { id, name } }: ToolContext): number {
  const last = messages.at(-1)
  const calls = last?.role === 'assistant' ? last.content.filter((part) => part.type === 'tool-call') : []
  const place = calls.findIndex((part) => part.id === id)
  return place === -1 ? 0 : calls.slice(place + 1).filter((part) => part.name === name).length
}

/** What was said so far, for an agent that is handed control. */
function transcript({ messages }: CallThread, task: string): string {
  const lines = [...messages].flatMap(({ role, content }) =>
    content.flatMap((part) => (part.type === 'text' && role !== 'tool' ? [`${role}: ${part.text}`] : [])),
  )
  return [
    'You take over this conversation; when you are done, control returns to the agent that you took it over from.',
    lines.join('\n'),
    `Your task: ${task}`,
  ].join('\n\n')
}
