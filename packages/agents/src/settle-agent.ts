import {
  type AgentEnd,
  type AgentEnded,
  agentEndedId,
  type AgentSpent,
  type CallKey,
  type CallThread,
  KeepupError,
  type KnownAgent,
  type ThreadId,
} from '@keepup/core'
import { addUsage } from '@keepup/core'

import { type AgentNode, readNode } from './agent-node.ts'
import { interruptSignal, type LiveEnd } from './live-agents.ts'
import type { ManagerParts } from './manager-parts.ts'

/** How an agent stands, in the thread that started it. */
export function knownAgent({ agents }: CallThread, agent: ThreadId): KnownAgent | undefined {
  return agents.findLast((one) => one.agent === agent)
}

/**
 * Takes the end of an agent into the thread that started it: what it used is counted, the rest of its budget is free. `key` is the call that takes it. Nothing
 * where its end was not told yet. `seen` is how this process saw it end.
 */
export async function settleAgent(
  { checkpointer }: ManagerParts,
  thread: CallThread,
  { agent, attempt }: KnownAgent,
  key: CallKey,
  seen?: LiveEnd,
): Promise<AgentEnd | undefined> {
  const known = knownAgent(thread, agent)
  if (known?.settled !== undefined) return known.settled.end
  if (seen?.type === 'ended' && seen.told !== undefined) {
    const { run, end, spent } = seen.told
    const settled = { type: 'agent-settled', data: { agent, key, attempt, end, spent } } as const
    await thread.record([settled], { takes: [agentEndedId(agent, run)] })
    return end
  }
  const pending = await checkpointer.pending(thread.thread)
  const told = pending.find(({ channel, type }) => channel === `agents:${agent}` && type === 'agent-ended')
  if (told === undefined) return undefined
  // The last commit of a run wrote it.
  const { end, spent } = told.data as AgentEnded
  await thread.record([{ type: 'agent-settled', data: { agent, key, attempt, end, spent } }], {
    takes: [told.id],
  })
  return end
}

/**
 * Lets go of an agent that cannot be brought to its end: nobody runs it any more, what it used until now is counted, and what it may still be told to do is its
 * own affair. Fails `lease-held` where another process runs it.
 */
async function releaseAgent(
  parts: ManagerParts,
  thread: CallThread,
  { agent, attempt }: KnownAgent,
  key: CallKey,
): Promise<AgentEnd> {
  const { checkpointer, owner, clock } = parts
  await using lease = await checkpointer.lease(agent, { ...owner, instance: crypto.randomUUID() }, 30_000)
  const node = await readNode(checkpointer, agent)
  const { head } = await checkpointer.read(agent)
  const { spent, below } = await spentBelow(parts, node)
  const released = {
    type: 'agent-released',
    version: 1,
    critical: true,
    time: clock.now(),
    by: 'runtime',
    data: { agent, attempt },
  }
  await thread.record([{ type: 'agent-settled', data: { agent, key, attempt, end: 'released', spent } }], {
    appends: [{ thread: agent, after: head, lease: lease.token, entries: [released] }],
    signals: below.map((one) => interruptSignal(parts, one, 'the agent that started it was given up')),
  })
  return 'released'
}

/** What an agent and all below it used that nobody has counted yet. */
async function spentBelow(
  parts: ManagerParts,
  node: AgentNode,
): Promise<{ readonly spent: AgentSpent; readonly below: readonly ThreadId[] }> {
  let { spent } = node
  const below: ThreadId[] = []
  for (const { agent, settled } of node.agents) {
    if (settled !== undefined) continue
    const deeper = await spentBelow(parts, await readNode(parts.checkpointer, agent))
    below.push(agent, ...deeper.below)
    spent = {
      turns: spent.turns + deeper.spent.turns,
      usage: addUsage(spent.usage, deeper.spent.usage),
      cost: spent.cost + deeper.spent.cost,
      agents: spent.agents + deeper.spent.agents + 1,
    }
  }
  return { spent, below }
}

/** Lets an agent go where it can be, and says whether it was. */
export async function tryRelease(
  parts: ManagerParts,
  thread: CallThread,
  agent: KnownAgent,
  key: CallKey,
): Promise<AgentEnd | undefined> {
  try {
    return await releaseAgent(parts, thread, agent, key)
  } catch (error) {
    if (KeepupError.is(error, 'lease-held')) return undefined
    throw error
  }
}
