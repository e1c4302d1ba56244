import { type Clock, type ProcessTable, type StartedProcess, systemClock } from '@keepup/core'

import { endProcessGroup } from './end-process-group.ts'
import { findSurvivors } from './find-survivors.ts'
import { listProcesses } from './list-processes.ts'

/**
 * The processes of this machine. On Linux also processes that fled into a session of their own are found, unless they cleared their
 * environment; elsewhere only recorded ones whose start was recorded. On Windows nothing is found.
 */
export function systemProcessTable({ clock = systemClock }: { readonly clock?: Clock } = {}): ProcessTable {
  return {
    async survivors({ key, processes }) {
      try {
        return await findSurvivors(key, processes)
      } catch {
        return []
      }
    },
    async end(started) {
      return (await isAnother(started)) ? 'gone' : endProcessGroup(started.group, { clock })
    },
  }
}

/** Whether the number belongs to a later process by now. */
async function isAnother({ pid, started }: StartedProcess): Promise<boolean> {
  const running = await listProcesses()
  const found = running.find((candidate) => candidate.pid === pid)
  return found !== undefined && started !== undefined && found.started !== started
}
