import {
  type AgentEnd,
  type Checkpointer,
  joinTable,
  type KnownAgent,
  lostLabel,
  type ToolOutput,
} from '@keepup/core'

import { readNode } from './agent-node.ts'
import type { TreeReport } from './working-trees.ts'

/** What the model is shown of an agent that came to its end: its own last words, labelled with the join of everything that it was shown. */
export async function agentAnswer(
  checkpointer: Checkpointer,
  { agent, role }: Pick<KnownAgent, 'agent' | 'role'>,
  end: AgentEnd,
  trees?: TreeReport,
): Promise<ToolOutput> {
  const { answer, outcome, spent } = await readNode(checkpointer, agent)
  const text = answer?.text.trim() ?? ''
  const said = text === '' ? 'It said nothing.' : text
  const parts = [introduction(role, end, outcome), said, ...describeTrees(trees)].filter(
    (part) => part !== '',
  )
  return {
    content: [{ type: 'text', text: parts.join('\n\n') }],
    structured: { agent, role, end, turns: spent.turns, cost: spent.cost },
    labels: { default: answer?.labels === undefined ? lostLabel : joinTable(answer.labels) },
  }
}

/** An answer needs no introduction; anything else does. */
function introduction(
  role: string,
  end: AgentEnd,
  outcome: Awaited<ReturnType<typeof readNode>>['outcome'],
): string {
  switch (end) {
    case 'completed':
      return ''
    case 'limit-reached': {
      const limit = outcome?.type === 'limit-reached' ? ` (${outcome.limit})` : ''
      return `The ${role} reached the limit of its budget${limit} before it was done. Its last words:`
    }
    case 'released':
      return `The ${role} could not be brought to an end and was given up. What it said before:`
    case 'interrupted':
    case 'stopped':
      return `The ${role} was ${end} before it was done. Its last words:`
    case 'failed':
      return `The ${role} failed. Do the work yourself, or ask for less. Its last words:`
  }
}

function describeTrees(report: TreeReport | undefined): readonly string[] {
  if (report === undefined) return []
  const { merged, conflicts, left, failed } = report
  const names = merged.map(({ path }) => path).join(', ')
  const done = merged.length === 0 ? 'It changed no file here.' : `Its changes are here now: ${names}.`
  if (left === undefined) return [done]
  const lines = conflicts.map(({ path, reason }) => `- ${path}: ${reason}`)
  const why =
    conflicts.length === 0
      ? `Its changes were not taken over${failed === undefined ? '' : ` (${failed})`}.`
      : `These conflict and were left as they are here:\n${lines.join('\n')}`
  return [`${done} ${why}\nIts own files are in ${left}: compare them, and take over by hand what is right.`]
}
