import type { ContextPolicy, NewEntry } from '@keepup/core'

import { agentFold } from './agent-fold.ts'
import { hasAnswered } from './graceful-recovery.ts'
import { listens, mayCompact, runHooks } from './hook-moments.ts'
import { isOrderly } from './message-order.ts'
import { currentModel, type Session } from './session.ts'
import { untilAbandoned } from './until-abandoned.ts'

/**
 * Lets the context policy act before the window is full. A policy that fails, or would leave a history that providers refuse, has changed nothing: it
 * is asked again before the next turn, and a window that fills meanwhile ends in an answer like every limit.
 */
export async function compact(session: Session): Promise<void> {
  const { contextPolicy } = session.parts
  if (contextPolicy === undefined || !isTimely(session) || !isDue(session, contextPolicy)) return
  await session.journal.flush()
  try {
    const entries = await ask(session, contextPolicy)
    // What was decided for a run that is over by now is not needed any more.
    if (entries.length === 0 || session.journal.state.run?.interrupted !== undefined) return
    const compacted = check(session, entries)
    if (listens(session, 'compaction-requested') && !(await mayCompact(session))) return
    session.journal.stage(compacted)
    await runHooks(session, { type: 'compaction-ended', trigger: 'auto' })
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error), 'KeepupContextPolicyWarning')
  }
}

/** So often in one turn a prompt may be too long and give way: a policy that does not help ends with the run. */
const mostOverflows = 4

/** Only before a call of a model whose window is known or assumed, or that just said that a prompt was too long. */
function isTimely(session: Session): boolean {
  const { state } = session.journal
  const { gaveUp, closing, attempts = 0 } = state.run ?? {}
  if (windowOf(session) === undefined) return false
  if (gaveUp !== undefined && (closing !== undefined || attempts > mostOverflows)) return false
  return state.turn === undefined && state.run?.interrupted === undefined && !hasAnswered(state)
}

/** In tokens: what is known or assumed, and no more than what was too long. */
function windowOf(session: Session): number | undefined {
  const known = currentModel(session).contextWindow ?? session.parts.contextPolicy?.assumedWindow
  const { overflowed } = session.journal.state.run ?? {}
  return overflowed === undefined ? known : Math.min(known ?? overflowed, overflowed)
}

/** Whether the policy has anything to do. One that fails here is asked: what it fails with is then told. */
function isDue(session: Session, policy: ContextPolicy): boolean {
  const window = windowOf(session) ?? 0
  try {
    return policy.isDue?.(session.journal.state.promptTokens, window) ?? true
  } catch {
    return true
  }
}

function ask(session: Session, policy: ContextPolicy): Promise<readonly NewEntry[]> {
  const { messages, request, promptTokens: estimate } = session.journal.state
  const { system } = session.parts
  const { signal } = session.abort
  const window = windowOf(session) ?? 0
  return untilAbandoned('The context policy', signal, () =>
    policy({
      system,
      messages,
      ...(request === undefined ? {} : { request }),
      estimate,
      window,
      signal,
    }),
  )
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
