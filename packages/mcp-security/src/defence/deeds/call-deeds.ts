import type { Effect } from '@keepup/core'

import { commandDeeds } from './command-deeds.ts'
import type { CallFacts, Deed } from './deed.ts'
import { fileDeeds } from './file-deeds.ts'
import type { Workplace } from './workplace.ts'

/**
 * What a call of a tool does that works on files or with commands; `undefined` where its effects do not say: it reaches a host or a program that is not a command
 * of its own, or touches what cannot be known.
 */
export function callDeeds(call: CallFacts, place: Workplace): readonly Deed[] | undefined {
  const { effects, commands } = call
  if (commands.length > 0) {
    if (!effects.some(({ kind }) => kind === 'exec')) return undefined
    return commands.flatMap((command) => commandDeeds(command, place, call.folder))
  }
  if (effects.length === 0) return call.repeat === 'safe' ? [harmless] : undefined
  return effects.every(isKnownFile) ? fileDeeds(effects.map(resolved), place) : undefined

  /** A link in the workspace may lead out of it. */
  function resolved({ kind, target }: Effect): Effect {
    const beneath = target.endsWith('/**') ? '/**' : ''
    const path = beneath === '' ? target : target.slice(0, -3)
    return { kind, target: `${place.realPath?.(path) ?? path}${beneath}` }
  }
}

/** A call that touches nothing and may be repeated. */
const harmless: Deed = { tool: 'read', input: {}, annotation: { effect: 'read' } }

function isKnownFile({ kind, target }: Effect): boolean {
  return (kind === 'read' || kind === 'write' || kind === 'delete') && target !== '*'
}
