import {
  type Checkpointer,
  joinLabels,
  joinTable,
  KeepupError,
  type Label,
  type Sequence,
  type TextPart,
  type ThreadId,
  type ToolOutput,
  trustedLabel,
} from '@keepup/core'

import { agentAnswer } from './agent-answer.ts'
import { readNode } from './agent-node.ts'
import type { Awaiting } from './await-agent.ts'
import { concludeAgent, type Concluded } from './conclude-agent.ts'
import { knownAgent } from './settle-agent.ts'
import { checkWaitCycle } from './wait-cycle.ts'

/**
 * Waits for agents of the same tree and gives their answers; those that the thread started are settled. Fails `wait-cycle` where they wait for the one that
 * asks, and `input-invalid` where one is no agent of the tree.
 */
export async function collectAgents(awaiting: Awaiting, wanted: readonly ThreadId[]): Promise<Concluded> {
  const { parts, thread, key } = awaiting
  const agents = wanted.length > 0 ? [...new Set(wanted)] : ownAgents(awaiting)
  if (agents.length === 0)
    return answered([['', { content: [{ type: 'text', text: 'You have no agents to collect.' }] }]])
  for (const agent of agents) await checkMember(awaiting, agent)
  await thread.record([{ type: 'agents-awaited', data: { key, agents } }])
  await checkWaitCycle(parts.checkpointer, thread.thread, agents)
  const ends = await Promise.all(agents.map((agent) => conclude(awaiting, agent)))
  const approvals = ends.flatMap((end) => (end.type === 'waiting' ? end.approvals : []))
  if (approvals.length > 0) return { type: 'waiting', approvals }
  return answered(
    ends.flatMap((end, index) =>
      end.type === 'answered' ? [[agents[index] ?? '', end.output] as const] : [],
    ),
  )
}

/** Those that nobody waited for, of this run. */
function ownAgents({ thread: { agents, run } }: Awaiting): readonly ThreadId[] {
  const mine = agents.filter(({ background, run: by, settled }) => {
    return background === true && (settled === undefined || by === run)
  })
  return [...new Set(mine.map(({ agent }) => agent))]
}

/** What other trees said is none of an agent's business. */
async function checkMember({ parts, thread }: Awaiting, agent: ThreadId): Promise<void> {
  const root = thread.delegation?.root ?? thread.thread
  if (agent === root || knownAgent(thread, agent) !== undefined) return
  const { delegation } = await readNode(parts.checkpointer, agent)
  if (delegation?.root === root) return
  const own = thread.agents.map((one) => `${one.agent} (${one.role})`).join(', ')
  const known = own === '' ? 'You started none.' : `You started: ${own}.`
  throw new KeepupError('input-invalid', `There is no agent ${agent} here. ${known}`)
}

async function conclude(awaiting: Awaiting, agent: ThreadId): Promise<Concluded> {
  const own = knownAgent(awaiting.thread, agent)
  return own === undefined ? waitForOther(awaiting, agent) : concludeAgent(awaiting, own)
}

/** Another one of the tree: whoever started it settles it. */
async function waitForOther({ parts, context }: Awaiting, agent: ThreadId): Promise<Concluded> {
  const { checkpointer } = parts
  while (true) {
    const { head } = await checkpointer.read(agent)
    const { status, outcome, delegation } = await readNode(checkpointer, agent)
    if (status === 'finished' && outcome !== undefined) {
      const role = delegation?.role ?? 'main'
      return { type: 'answered', output: await agentAnswer(checkpointer, { agent, role }, outcome.type) }
    }
    await nextEnd(checkpointer, agent, head, context.signal)
    context.signal.throwIfAborted()
  }
}

/** Resolves once a run of a thread has ended after a position. */
async function nextEnd(
  checkpointer: Checkpointer,
  agent: ThreadId,
  after: Sequence,
  signal: AbortSignal,
): Promise<void> {
  for await (const item of checkpointer.watch(agent, { after, signal })) {
    if ('entry' in item && item.entry.type === 'run-finished') return
  }
}

/** The answers one after the other, each under its name. */
function answered(ends: readonly (readonly [ThreadId, ToolOutput])[]): Concluded {
  const content = ends.flatMap(([agent, output]) => [
    ...(agent === '' ? [] : [{ type: 'text', text: `Agent ${agent}:` } satisfies TextPart]),
    ...output.content,
  ])
  const label = ends.reduce<Label>(
    (joined, [, { labels }]) => (labels === undefined ? joined : joinLabels(joined, joinTable(labels))),
    trustedLabel,
  )
  const structured = ends.map(([, output]) => output.structured ?? null)
  return { type: 'answered', output: { content, structured, labels: { default: label } } }
}
