import type { Policy, Workspace } from '@keepup/core'

import type { Place } from '../run/session.ts'
import type { Seat } from '../run/sop-parts.ts'

/** A judge looks and says what it thinks: calls that may change anything, or reach anybody, are denied. */
export function judgeSeat({ phase, branch }: Place, role: string | undefined, tree?: Workspace): Seat {
  return {
    phase,
    branch,
    purpose: 'judge',
    toolPolicy: () => true,
    policy: onlyReads,
    tools: [],
    ...(role === undefined ? {} : { role }),
    ...(tree === undefined ? {} : { workspace: tree }),
  }
}

const onlyReads: Policy = ({ tool, effects, repeat }) => {
  if (repeat === 'safe' && effects.every(({ kind }) => kind === 'read')) return { type: 'allow' }
  return {
    type: 'deny',
    reason: `A judge only reads, and ${tool.name} may do more. Say what you know without it.`,
  }
}
