import type { KnownAgent, ToolOutput } from '@keepup/core'

import { agentAnswer } from './agent-answer.ts'
import { readNode } from './agent-node.ts'
import { awaitAgent, type Awaiting, spawnAgain } from './await-agent.ts'
import { lendBudget } from './lend-budget.ts'
import { knownAgent } from './settle-agent.ts'
import { situationOf } from './start-agent.ts'

/** What an agent came to: its answer, or the questions that a person must answer first. */
export type Concluded =
  | { readonly type: 'answered'; readonly output: ToolOutput }
  | { readonly type: 'waiting'; readonly approvals: readonly string[] }

/** Waits for an agent, brings its files in, lets hooks have their say, and gives its answer. */
export async function concludeAgent(awaiting: Awaiting, agent: KnownAgent): Promise<Concluded> {
  const { parts, trees, thread } = awaiting
  let current = agent
  for (let again = false; ; again = true) {
    const awaited = await awaitAgent(awaiting, current)
    if (awaited.type === 'waiting') return awaited
    const last = knownAgent(thread, agent.agent) ?? current
    const sentBack = awaited.end === 'completed' ? await sendBack(awaiting, last, again) : undefined
    if (sentBack === undefined) {
      const report = await trees.merge(last, thread.thread, awaited.end)
      return { type: 'answered', output: await agentAnswer(parts.checkpointer, last, awaited.end, report) }
    }
    current = sentBack
  }
}

/** Hooks may send an agent back to work, once. */
async function sendBack(
  awaiting: Awaiting,
  agent: KnownAgent,
  again: boolean,
): Promise<KnownAgent | undefined> {
  const { parts, thread } = awaiting
  const { hooks } = parts
  if (hooks?.listens('agent-ended') !== true) return undefined
  const { answer } = await readNode(parts.checkpointer, agent.agent)
  const ended = { agent: agent.agent, role: agent.role, lastText: answer?.text ?? '', again }
  const { decision } = await hooks.run({ type: 'agent-ended', ...ended }, situationOf(awaiting))
  if (decision?.type !== 'deny' || again) return undefined
  const role = parts.roleOf(agent.role)
  const budget = role && lendBudget(thread, parts.limits, { role, wanted: {}, others: 0, whole: false })
  return typeof budget === 'object'
    ? spawnAgain(awaiting, agent, { budget, message: decision.reason })
    : undefined
}
