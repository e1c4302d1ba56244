import {
  type AgentBudget,
  type AgentEnd,
  type AgentRole,
  type CallKey,
  type CallThread,
  KeepupError,
  type KnownAgent,
  type ToolContext,
} from '@keepup/core'

import { readNode } from './agent-node.ts'
import type { InTurn } from './in-turn.ts'
import { lendBudget } from './lend-budget.ts'
import type { LiveAgent, LiveAgents, LiveEnd } from './live-agents.ts'
import { interruptSignal } from './live-agents.ts'
import type { ManagerParts } from './manager-parts.ts'
import { knownAgent, settleAgent, tryRelease } from './settle-agent.ts'
import { spawnAgent } from './spawn-agent.ts'
import type { WorkingTrees } from './working-trees.ts'

/** What a call that waits for an agent works with. */
export interface Awaiting {
  readonly parts: ManagerParts
  readonly live: LiveAgents
  readonly trees: WorkingTrees
  /** Who starts an agent, by the thread that it is started in. */
  readonly turns: InTurn
  readonly thread: CallThread
  /** The call that waits. */
  readonly key: CallKey
  readonly context: Pick<ToolContext, 'signal' | 'progress'>
}

/** What waiting for an agent came to. `waiting`: for answers of a person. */
export type Awaited =
  | { readonly type: 'settled'; readonly end: AgentEnd }
  | { readonly type: 'waiting'; readonly approvals: readonly string[] }

/**
 * Waits for an agent until it is settled: runs it where nobody does, starts it again as its role says where it failed, lets it go where it cannot be run. An
 * abort of the call ends the agent first.
 */
export async function awaitAgent(awaiting: Awaiting, agent: KnownAgent): Promise<Awaited> {
  let current = agent
  while (true) {
    const { settled } = current
    const end = settled === undefined ? await endOf(awaiting, current) : settled.end
    if (typeof end === 'object') return end
    const next = await startAgain(awaiting, current, end)
    if (next === undefined) return { type: 'settled', end }
    current = next
  }
}

/** How often an agent whose run broke off is gone on with before it is let go: a store may be busy for a moment. */
const mendings = 3

/** Waits for one attempt, and settles it. */
async function endOf(awaiting: Awaiting, agent: KnownAgent): Promise<AgentEnd | Awaited> {
  const { parts, thread, key } = awaiting
  for (let broken = 0; ; broken += 1) {
    const early = await settleAgent(parts, thread, agent, key)
    if (early !== undefined) return early
    const end = await oneRun(awaiting, agent)
    if (end.type === 'waiting') return end
    const settled = await settleAgent(parts, thread, agent, key, end)
    if (settled !== undefined) return settled
    if (broken === mendings || !mayMend(end)) return giveUp(awaiting, agent, end)
    await parts.clock.sleep(parts.poll)
  }
}

/** What no second try would change: what the agent is made of. */
const lasting: ReadonlySet<string> = new Set([
  'configuration-invalid',
  'input-invalid',
  'not-supported',
  'thread-damaged',
])

function mayMend(end: LiveEnd): boolean {
  return end.type === 'broken' && !(KeepupError.is(end.error) && lasting.has(end.error.code))
}

/** Waits until the agent is over, waits, or cannot be run. */
async function oneRun(awaiting: Awaiting, agent: KnownAgent): Promise<LiveEnd> {
  const { context } = awaiting
  const running = await attend(awaiting, agent)
  running.watch((text) => context.progress(text))
  const stop = (): void => running.stop(reasonOf(context.signal))
  if (context.signal.aborted) stop()
  else context.signal.addEventListener('abort', stop, { once: true })
  const end = await running.ended
  context.signal.removeEventListener('abort', stop)
  return end
}

/** Nobody told of its end: it could not be run. */
async function giveUp({ parts, thread, key }: Awaiting, agent: KnownAgent, end: LiveEnd): Promise<AgentEnd> {
  const released = await tryRelease(parts, thread, agent, key)
  if (released !== undefined) return released
  throw end.type === 'broken' ? end.error : new Error(`Agent ${agent.agent} is run by another process.`)
}

/** Sees to it that an agent is at work. */
export async function attend(
  { live, trees, thread }: Pick<Awaiting, 'live' | 'trees' | 'thread'>,
  known: KnownAgent,
): Promise<LiveAgent> {
  const { agent, role, budget } = known
  const { agents: _, ...limits } = budget
  const workspace = await trees.of(known, thread.thread)
  const order = { agent, role, limits, settings: thread.settings }
  return live.get(agent) ?? live.run(workspace === undefined ? order : { ...order, workspace })
}

/** Supervision: an agent that failed is started again as often as its role says; then whoever started it goes on without, or ends as well. */
async function startAgain(
  awaiting: Awaiting,
  agent: KnownAgent,
  end: AgentEnd,
): Promise<KnownAgent | undefined> {
  const { parts, thread, context } = awaiting
  const { attempt, role: name } = agent
  const role = parts.roleOf(name)
  if (end !== 'failed' || role?.supervision === undefined || context.signal.aborted) return undefined
  const budget = attempt > role.supervision.restarts ? 'enough' : lendAgain(parts, thread, role)
  if (typeof budget === 'object') {
    const message = `Your last attempt failed. This is attempt ${attempt + 1}: go on with the task.`
    return spawnAgain(awaiting, agent, { budget, message })
  }
  if (role.supervision.otherwise === 'escalate') await escalate(parts, thread, name)
  return undefined
}

/** Starts an agent that has ended once more, in the same thread and tree. */
export async function spawnAgain(
  { parts, thread, key }: Awaiting,
  { agent, attempt, role: name, background, control, tree }: KnownAgent,
  next: { readonly budget: AgentBudget; readonly message: string },
): Promise<KnownAgent | undefined> {
  const role = parts.roleOf(name)
  if (role === undefined) return undefined
  const { delegation } = await readNode(parts.checkpointer, agent)
  await spawnAgent(parts, {
    ...next,
    thread,
    key,
    role,
    task: delegation?.chain.at(-1)?.task ?? '',
    again: { agent, attempt },
    background: background === true,
    control: control === true,
    ...(tree === undefined ? {} : { tree }),
  })
  return knownAgent(thread, agent)
}

function lendAgain(parts: ManagerParts, thread: CallThread, role: AgentRole): ReturnType<typeof lendBudget> {
  return lendBudget(thread, parts.limits, { role, wanted: {}, others: 0, whole: false })
}

/** Whoever started it ends as well: its own supervisor decides what then. */
async function escalate(parts: ManagerParts, { thread }: CallThread, role: string): Promise<void> {
  const reason = `its agent (${role}) failed for good`
  await parts.checkpointer.signal([interruptSignal(parts, thread, reason)], 'process')
}

function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : 'somebody interrupted it'
}
