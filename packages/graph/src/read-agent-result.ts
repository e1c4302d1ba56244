import {
  type AgentEntry,
  type Checkpointer,
  type Entry,
  joinLabels,
  joinTable,
  type Label,
  type ThreadId,
  trustedLabel,
} from '@keepup/core'

import type { LabelledResult } from './labelled-result.ts'

/** What an agent's thread came to before, where its last run ended with an answer. */
export async function readAgentResult(
  checkpointer: Checkpointer,
  thread: ThreadId,
): Promise<LabelledResult | undefined> {
  const { entries } = await checkpointer.read(thread)
  const last = entries.findLast(isRunEntry)
  if (last?.type !== 'run-finished') return undefined
  const { outcome, text, turns, usage, cost } = last.data
  if (outcome.type === 'failed' || outcome.type === 'interrupted') return undefined
  const label = entries.reduce<Label>(seen, trustedLabel)
  return { result: { thread, outcome, text, turns, usage, cost }, label }
}

/** The label of what was seen so far and an entry. */
export function seen(label: Label, { labels }: Pick<Entry, 'labels'>): Label {
  return labels === undefined ? label : joinLabels(label, joinTable(labels))
}

function isRunEntry(entry: Entry): entry is AgentEntry<'run-finished' | 'run-resumed' | 'run-started'> {
  return ['run-finished', 'run-resumed', 'run-started'].includes(entry.type)
}
