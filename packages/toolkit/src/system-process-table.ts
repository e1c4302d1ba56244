import { type Clock, type ProcessTable, type StartedProcess, systemClock } from '@keepup/core'

import { endProcessGroup } from './end-process-group.ts'
import { findDoubtful, findSurvivors } from './find-survivors.ts'
import { listProcesses } from './list-processes.ts'

/**
 * The processes of this machine. On Linux also processes that fled into a session of their own are found, by their environment or by the file that they
 * inherited; those that threw both away are found too, as ones that may belong to the call: they are not ended, so that `end` answers `survives`. Elsewhere
 * only recorded ones whose start was recorded. On Windows nothing is found.
 */
export function systemProcessTable({ clock = systemClock }: { readonly clock?: Clock } = {}): ProcessTable {
  const doubted = new Set<string>()
  return {
    async survivors({ key, processes }) {
      try {
        const certain = await findSurvivors(key, processes)
        const doubtful = await findDoubtful(key, processes[0]?.started)
        for (const found of doubtful) doubted.add(nameOf(found))
        return [...certain, ...doubtful]
      } catch {
        return []
      }
    },
    async end(started) {
      if (await isAnother(started)) return 'gone'
      return doubted.has(nameOf(started)) ? 'survives' : endProcessGroup(started.group, { clock })
    },
  }
}

function nameOf({ pid, started }: StartedProcess): string {
  return `${pid} ${started}`
}

/** Whether the number belongs to a later process by now. */
async function isAnother({ pid, started }: StartedProcess): Promise<boolean> {
  const running = await listProcesses()
  const found = running.find((candidate) => candidate.pid === pid)
  return found !== undefined && started !== undefined && found.started !== started
}
