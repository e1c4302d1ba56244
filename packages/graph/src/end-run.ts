import type { Timestamp } from '@keepup/core'

import { completed } from './completed.ts'
import type { GraphOutcome, Task, Wait } from './graph-state.ts'
import { askedHeader, heedRewind } from './heed-rewind.ts'
import { isLiveRun } from './is-live-run.ts'
import type { NodeFailure } from './node-failure.ts'
import type { ScopeEnd } from './run-scope.ts'
import type { Session } from './session.ts'

/** Records how far a run came. Whether it goes on: a rewind may lead back into it. */
export async function endRun(session: Session, ended: ScopeEnd): Promise<boolean> {
  const { journal, control } = session
  if (await heedRewind(session)) return isLiveRun(journal.state)
  if (!isLiveRun(journal.state)) return false
  const outcome = outcomeOf(session, ended)
  if (outcome === undefined) return wait(session)
  const asked =
    outcome.type === 'interrupted'
      ? control.interrupting
      : outcome.type === 'stopped'
        ? control.stopping
        : undefined
  journal.stage('graph-finished', { run: journal.state.run ?? '', outcome }, askedHeader(asked))
  await journal.flush('power')
  return false
}

/** How the run ended; nothing where it waits. */
function outcomeOf({ control, faults, journal }: Session, ended: ScopeEnd): GraphOutcome | undefined {
  // A fork may stand between the last step and the entry that says so.
  if (ended.type === 'done') return completed(journal.state)
  if (control.interrupting !== undefined) return { type: 'interrupted', reason: control.interrupting.reason }
  if (faults.length > 0) return { type: 'failed', failures: faults.splice(0) }
  if (ended.type === 'limit') return { type: 'limit-reached', limit: ended.limit, node: ended.node }
  const failures = failuresOf(journal.state.tasks)
  if (failures.length > 0) return { type: 'failed', failures }
  return control.stopping && { type: 'stopped', reason: control.stopping.reason }
}

function failuresOf(tasks: readonly Task[]): readonly NodeFailure[] {
  return tasks.flatMap(({ status, failure, inner }) => [
    ...(status === 'failed' && failure !== undefined ? [failure] : []),
    ...failuresOf(inner?.tasks ?? []),
  ])
}

/** What waits in a run, and in the graphs within. */
export function openWaits(
  tasks: readonly Task[],
  prefix: string = '',
): readonly { readonly node: string; readonly wait: Wait }[] {
  return tasks.flatMap(({ node, status, wait: own, inner }) => [
    ...(status === 'waiting' && own !== undefined ? [{ node: `${prefix}${node}`, wait: own }] : []),
    ...(status === 'finished' ? [] : openWaits(inner?.tasks ?? [], `${prefix}${node}/`)),
  ])
}

/** The last commit of a thread that waits says until when. */
async function wait({ journal }: Session): Promise<boolean> {
  const waits = openWaits(journal.state.tasks)
  const until = Math.min(...waits.map(({ wait: { until: time } }): Timestamp => time ?? Infinity))
  const header = until === Infinity ? {} : { until }
  journal.stage(
    'graph-waiting',
    { run: journal.state.run ?? '', waits: waits.map(({ wait: { id } }) => id) },
    header,
  )
  await journal.flush('power')
  return false
}
