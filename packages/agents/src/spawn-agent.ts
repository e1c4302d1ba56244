import {
  type AgentBudget,
  type AgentRole,
  type CallKey,
  type CallThread,
  type Delegation,
  type Hash,
  type NewEntry,
  type NewSignal,
  type StartedAgent,
  type ThreadId,
} from '@keepup/core'

import { agentId } from './agent-id.ts'
import type { ManagerParts } from './manager-parts.ts'

/** One agent to be started, its budget lent already. */
export interface SpawnOrder {
  readonly thread: CallThread
  readonly key: CallKey
  /** The agent that is started again; a new one when left out. */
  readonly again?: { readonly agent: ThreadId; readonly attempt: number }
  readonly role: AgentRole
  /** H(its task), as `taskFingerprint` gives it. */
  readonly task: Hash
  readonly budget: AgentBudget
  readonly background: boolean
  readonly control: boolean
  /** What it is told; nothing where it goes on with what it was told before. */
  readonly message?: string
  /** The working tree of its own that it has. */
  readonly tree?: NonNullable<StartedAgent['tree']>
}

/**
 * Starts an agent in one commit over both threads: the parent's says so and sets the budget aside, the agent's begins, and its task waits for it. The lease of
 * the agent is given back then, for whoever runs it.
 */
export async function spawnAgent(parts: ManagerParts, order: SpawnOrder): Promise<StartedAgent> {
  const { thread, key, role, budget, again } = order
  const agent = again?.agent ?? agentId(thread.thread, key)
  const attempt = (again?.attempt ?? 0) + 1
  const started: StartedAgent = {
    agent,
    key,
    attempt,
    role: role.name,
    budget,
    ...(order.background ? { background: true } : {}),
    ...(order.control ? { control: true } : {}),
    ...(order.tree === undefined ? {} : { tree: order.tree }),
  }
  const { checkpointer, owner } = parts
  await using lease = await checkpointer.lease(agent, { ...owner, instance: crypto.randomUUID() }, leaseTtl)
  const { head } = await checkpointer.read(agent)
  const entries = beginning(parts, order, delegationOf(order, agent, attempt))
  await thread.record([{ type: 'agent-spawned', data: started }], {
    appends: [{ thread: agent, after: head, lease: lease.token, entries }],
    signals: order.message === undefined ? [] : [taskFor(parts, order, { agent, attempt }, order.message)],
  })
  return started
}

/** Long enough for one commit on a busy machine. */
const leaseTtl = 30_000

function delegationOf(
  { thread, key, role, task, budget }: SpawnOrder,
  agent: ThreadId,
  attempt: number,
): Delegation {
  const { delegation } = thread
  return {
    agent,
    parent: thread.thread,
    root: delegation?.root ?? thread.thread,
    key,
    attempt,
    role: role.name,
    chain: [...(delegation?.chain ?? []), { agent, role: role.name, task }],
    budget,
  }
}

function beginning(
  { clock }: ManagerParts,
  { tree, again }: SpawnOrder,
  delegation: Delegation,
): readonly NewEntry[] {
  const header = { version: 1, critical: true, time: clock.now(), by: 'runtime' }
  const begun = { ...header, type: 'agent-delegated', data: delegation }
  if (tree === undefined || again !== undefined) return [begun]
  return [begun, { ...header, type: 'workspace-bound', data: { folder: tree.folder } }]
}

/** The task is the words of the model that gives it: it carries what that was shown. */
function taskFor(
  { clock }: ManagerParts,
  { thread }: SpawnOrder,
  { agent, attempt }: { readonly agent: ThreadId; readonly attempt: number },
  text: string,
): NewSignal {
  return {
    id: `${agent}/task/${attempt}`,
    thread: agent,
    channel: 'messages',
    type: 'message',
    time: clock.now(),
    by: 'runtime',
    labels: { default: thread.exposure },
    data: { message: { role: 'user', content: [{ type: 'text', text }] } },
  }
}
