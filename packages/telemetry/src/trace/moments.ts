import type { AgentEntry } from '@keepup/core'

import type { TraceMoment } from './trace-span.ts'

/** A span keeps so many moments at most: those that came first. */
export const mostMoments = 128

/** What an entry is as a moment of its run, without any text of its own; nothing where it is no news by itself. */
export function momentOf(entry: AgentEntry): TraceMoment | undefined {
  const { time, thread, sequence } = entry
  const at = { 'keepup.checkpoint.id': `${thread}@${sequence}`, 'keepup.sequence': sequence }
  switch (entry.type) {
    case 'run-resumed':
      return {
        name: 'keepup.resumed',
        time,
        attributes: { ...at, 'keepup.open_calls': entry.data.open.length },
      }
    case 'run-waiting':
      return {
        name: 'keepup.waiting',
        time,
        attributes: { ...at, 'keepup.approvals': entry.data.approvals.length },
      }
    case 'system-warning':
      return { name: 'keepup.warning', time, attributes: { ...at, 'keepup.about': entry.data.about } }
    case 'context-compacted':
      return { name: 'keepup.compacted', time, attributes: { ...at, 'keepup.replaced': entry.data.replaced } }
    case 'workspace-snapshotted':
      return {
        name: 'keepup.checkpoint',
        time,
        attributes: { ...at, 'keepup.files': entry.data.changes?.length ?? 0 },
      }
    case 'thread-rewound':
      return { name: 'keepup.rewound', time, attributes: { ...at, 'keepup.to': entry.data.to } }
    case 'run-interrupted':
    case 'run-stopping':
      return { name: `keepup.${entry.type}`, time, attributes: at }
    default:
      return undefined
  }
}
