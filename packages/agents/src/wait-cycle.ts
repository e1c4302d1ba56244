import { type Checkpointer, KeepupError, type ThreadId } from '@keepup/core'

import { type AgentNode, readNode } from './agent-node.ts'

/**
 * Fails `wait-cycle` where a thread that waits for `agents` would wait for itself; the message names every agent of the circle, and so does
 * `details.agents`. Reads what the threads recorded of their waits, so that it holds over processes: record a wait before it is checked.
 */
export async function checkWaitCycle(
  checkpointer: Checkpointer,
  waiter: ThreadId,
  agents: readonly ThreadId[],
): Promise<void> {
  const names = new Map<ThreadId, string>()
  const seen = new Set<ThreadId>()
  /** The way back to the waiter, from `thread` on. */
  async function way(thread: ThreadId): Promise<readonly ThreadId[] | undefined> {
    if (thread === waiter) return [thread]
    if (seen.has(thread)) return undefined
    seen.add(thread)
    const node = await readNode(checkpointer, thread)
    names.set(thread, nameOf(node))
    for (const next of awaitedBy(node)) {
      const rest = await way(next)
      if (rest !== undefined) return [thread, ...rest]
    }
    return undefined
  }
  for (const agent of agents) {
    const found = await way(agent)
    if (found === undefined) continue
    names.set(waiter, nameOf(await readNode(checkpointer, waiter)))
    throw circle([waiter, ...found], names)
  }
}

/** Whom a thread waits for: agents that its calls started and stay for, and those that it collects. */
function awaitedBy({ agents, awaits, status }: AgentNode): readonly ThreadId[] {
  if (status === 'finished') return []
  const started = agents.filter(({ settled, background }) => settled === undefined && background !== true)
  return [...started.map(({ agent }) => agent), ...[...awaits.values()].flat()]
}

function nameOf({ delegation, thread }: AgentNode): string {
  return delegation === undefined ? thread : `${delegation.role} ${thread}`
}

function circle(threads: readonly ThreadId[], names: ReadonlyMap<ThreadId, string>): KeepupError {
  const told = threads.map((thread) => names.get(thread) ?? thread).join(' → ')
  const message = `These agents would wait for each other for ever: ${told}. Do not wait: go on with what you know, or cancel one of them.`
  return new KeepupError('wait-cycle', message, { details: { agents: threads.slice(0, -1) } })
}
