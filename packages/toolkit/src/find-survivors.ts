import type { CallKey, StartedProcess } from '@keepup/core'

import { isMarked, isMarkedAtAll, mayBelong } from './call-mark.ts'
import { startedAfter } from './linux-processes.ts'
import { listProcesses } from './list-processes.ts'
import type { RunningProcess } from './running-process.ts'

/**
 * The processes of a call that are still alive, one for each process group: those that carry the call's key in their environment or hold its mark open
 * (Linux), whatever session or parent they fled to, and those recorded that still have the number *and* the start that were recorded. This process
 * and its ancestors are never among them. Never rejects.
 */
export async function findSurvivors(
  key: CallKey,
  recorded: readonly StartedProcess[] = [],
): Promise<readonly StartedProcess[]> {
  const running = (await listProcesses()).filter(({ ended }) => !ended)
  const own = ownGroups(running)
  const isOurs = (found: RunningProcess): boolean => isMarkedHere(found, key) || isRecorded(found, recorded)
  const byGroup = new Map<number, StartedProcess>()
  for (const found of running) {
    if (own.has(found.group) || !isOurs(found)) continue
    const { pid, group, started } = found
    if (pid === group || !byGroup.has(group)) byGroup.set(group, { pid, group, started })
  }
  return [...byGroup.values()]
}

/**
 * Processes that may belong to a call and lost every certain mark: those that started since it began and still have what it told its children to dump.
 * They are to be told of, not ended: they may be another's. Linux only; never rejects.
 */
export async function findDoubtful(
  key: CallKey,
  since: string | undefined,
): Promise<readonly StartedProcess[]> {
  if (process.platform !== 'linux' || since === undefined) return []
  const running = (await listProcesses()).filter(({ ended }) => !ended)
  const own = ownGroups(running)
  return running
    .filter(
      ({ pid, group, started }) => !own.has(group) && startedAfter(started, since) && mayBelong(pid, key),
    )
    .filter(({ pid }) => !isMarkedAtAll(pid))
    .map(({ pid, group, started }) => ({ pid, group, started }))
}

function isMarkedHere({ pid }: RunningProcess, key: CallKey): boolean {
  return process.platform === 'linux' && isMarked(pid, key)
}

function isRecorded(found: RunningProcess, recorded: readonly StartedProcess[]): boolean {
  return recorded.some(({ pid, started }) => pid === found.pid && started === found.started)
}

/** The groups of this process and of its ancestors: a call must not end the program that looks after it. */
function ownGroups(running: readonly RunningProcess[]): ReadonlySet<number> {
  const byPid = new Map(running.map((found) => [found.pid, found]))
  const groups = new Set<number>()
  let current = byPid.get(process.pid)
  while (current !== undefined && current.pid !== current.parent) {
    groups.add(current.group)
    current = byPid.get(current.parent)
  }
  return groups
}
