import type { AgentBudget, AgentSpent, Checkpointer, RunOutcome, ThreadId } from '@keepup/core'

import { type AgentNode, readNode } from './agent-node.ts'
import { interruptSignal } from './live-agents.ts'

/** One agent of a tree, with those that it started. */
export interface TreeAgent {
  readonly agent: ThreadId
  /** Nothing for the one that a person started. */
  readonly role?: string
  readonly status: AgentNode['status']
  readonly outcome?: RunOutcome['type'] | 'released'
  readonly budget?: AgentBudget
  /** What the latest run used, with all below it as far as they are settled. */
  readonly spent: AgentSpent
  readonly background: boolean
  /** It has been given control by the one above it, and has it still. */
  readonly inControl: boolean
  /** The questions that it waits for. */
  readonly approvals: readonly string[]
  /** The working tree of its own. */
  readonly folder?: string
  readonly agents: readonly TreeAgent[]
}

/** Reads the tree below a thread, from any process. */
export async function readTree(checkpointer: Checkpointer, thread: ThreadId): Promise<TreeAgent> {
  return treeOf(checkpointer, await readNode(checkpointer, thread))
}

async function treeOf(checkpointer: Checkpointer, node: AgentNode): Promise<TreeAgent> {
  const agents = await Promise.all(
    node.agents.map(async (started): Promise<TreeAgent> => {
      const below = await treeOf(checkpointer, await readNode(checkpointer, started.agent))
      const { settled, background, control, role, budget } = started
      return {
        ...below,
        role,
        budget,
        background: background === true,
        inControl: control === true && settled === undefined,
        ...(settled?.end === 'released' ? { outcome: settled.end } : {}),
      }
    }),
  )
  const { thread, delegation, status, outcome, spent, approvals, folder } = node
  return {
    agent: thread,
    ...(delegation === undefined ? {} : { role: delegation.role, budget: delegation.budget }),
    status,
    ...(outcome === undefined ? {} : { outcome: outcome.type }),
    spent,
    background: false,
    inControl: false,
    approvals,
    ...(folder === undefined ? {} : { folder }),
    agents,
  }
}

/** The agent that has control: the last one that it was handed on to, or the first where nobody was. */
export function inControl(tree: TreeAgent): TreeAgent {
  const next = tree.agents.find((agent) => agent.inControl)
  return next === undefined ? tree : inControl(next)
}

/** Every agent of a tree, each before those that it started. */
export function* agentsOf(tree: TreeAgent): Generator<TreeAgent> {
  yield tree
  for (const below of tree.agents) yield* agentsOf(below)
}

/**
 * Ends a thread and every agent below it, whichever processes run them: durable when it resolves, and heeded within the poll of each. One that nobody runs now
 * ends as soon as somebody does. Gives the threads that were told.
 */
export async function cancelTree(
  checkpointer: Checkpointer,
  thread: ThreadId,
  { reason, clock }: { readonly reason: string } & Parameters<typeof interruptSignal>[0],
): Promise<readonly ThreadId[]> {
  const tree = await readTree(checkpointer, thread)
  const open = [...agentsOf(tree)].filter(
    ({ status, role }) => status !== 'finished' && (status !== 'idle' || role !== undefined),
  )
  const told = open.map(({ agent }) => agent)
  if (told.length > 0) {
    await checkpointer.signal(
      told.map((agent) => interruptSignal({ clock }, agent, reason)),
      'power',
    )
  }
  return told
}
