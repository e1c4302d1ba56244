import type { Effect, HookEvent, Hooks, HookVerdict } from '@keepup/core'

import type { Gate } from '../definition/gate.ts'
import { checkEdit } from '../run/check-edit.ts'
import type { Place, Session } from '../run/session.ts'
import { requestToolName } from './request-transition.ts'

/** What the hooks of one agent's work watch over. */
export interface WatchedWork {
  readonly place: Place
  /** Gates after edits. */
  readonly gates: readonly Gate[]
  /** How many calls are left; no bound when left out. */
  readonly calls?: number
}

/** Hooks that look at each edit, and count calls; nothing where there is nothing to watch. */
export function workHooks(session: Session, { place, gates, calls }: WatchedWork): Hooks | undefined {
  if (gates.length === 0 && calls === undefined) return undefined
  const changing = new Set<string>()
  let left = calls ?? Infinity
  function requested({ call, effects }: Extract<HookEvent, { type: 'tool-requested' }>): HookVerdict {
    if (call.name === requestToolName) return {}
    if (effects.some(mayChange)) changing.add(call.key)
    left -= 1
    if (left >= 0) return {}
    const reason = 'The budget of calls of this phase is used up. End your turn and say how far you came.'
    return { decision: { type: 'deny', reason } }
  }
  return {
    listens: (type) => type === 'tool-requested' || (type === 'tool-ended' && gates.length > 0),
    async run(event) {
      if (event.type === 'tool-requested') return requested(event)
      if (event.type !== 'tool-ended' || !changing.delete(event.call.key)) return {}
      const undone = await session.alone(() => checkEdit(session, place, gates))
      return undone === undefined ? {} : { output: { content: [{ type: 'text', text: undone }] } }
    },
  }
}

function mayChange({ kind }: Effect): boolean {
  return kind === 'write' || kind === 'delete' || kind === 'exec'
}
