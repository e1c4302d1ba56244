import type { NewEntry } from '@keepup/core'

import { agentFold } from './agent-fold.ts'
import { hasAnswered } from './graceful-recovery.ts'
import { isOrderly } from './message-order.ts'
import { currentModel, type Session } from './session.ts'
import { untilAbandoned } from './until-abandoned.ts'

/**
 * Lets the context policy act before the window is full. A policy that fails, or would leave a history that providers refuse, has changed nothing: it
 * is asked again before the next turn, and a window that fills meanwhile ends in an answer like every limit.
 */
export async function compact(session: Session): Promise<void> {
  const { contextPolicy, system } = session.parts
  const { messages, promptTokens, turn, run } = session.journal.state
  const window = currentModel(session).contextWindow
  if (contextPolicy === undefined || window === undefined) return
  // Only before a call of the model.
  if (turn !== undefined || run?.interrupted !== undefined || hasAnswered(session.journal.state)) return
  await session.journal.flush()
  const { signal } = session.abort
  const situation = { system, messages, estimate: promptTokens, window, signal }
  try {
    const entries = await untilAbandoned('The context policy', signal, async () => contextPolicy(situation))
    // What was decided for a run that is over by now is not needed any more.
    if (entries.length === 0 || session.journal.state.run?.interrupted !== undefined) return
    session.journal.stage(check(session, entries))
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error), 'KeepupContextPolicyWarning')
  }
}

/** What a policy does not label came from what it was shown. */
function check({ journal, thread, labels }: Session, entries: readonly NewEntry[]): readonly NewEntry[] {
  const labelled = entries.map((entry) => {
    if (entry.type !== 'context-compacted')
      throw new TypeError(`The context policy gave a ${entry.type}, which is no compaction.`)
    return { ...entry, version: 1, critical: true, by: 'runtime', labels: entry.labels ?? labels.exposure() }
  })
  const place = { thread: thread.thread, salt: '', hash: '' }
  const after = labelled.reduce(
    (state, entry, index) =>
      agentFold.apply(state, { ...entry, ...place, sequence: journal.head + index + 1 }),
    journal.state,
  )
  if (!isOrderly(after.messages))
    throw new TypeError('The context policy would leave calls without results, or results without calls.')
  return labelled
}
