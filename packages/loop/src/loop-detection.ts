import { hash } from 'node:crypto'

import type { Hash } from '@keepup/core'

import type { OpenTurn, Repetition } from './agent-state.ts'

/** No turn yet. */
export const noRepetition: Repetition = { recent: [], count: 0 }

/** How many turns back a repetition is looked for, so that A B A B is one as well. */
const window = 12

/**
 * Progress is a call that was not made before, or made before with another result. A turn is repeated when the same calls had the same results;
 * a completed call that may change something and differs from every recent one counts as progress and clears the memory.
 */
export function noteTurn(past: Repetition, turn: OpenTurn): Repetition {
  const digest = digestOf(turn)
  const known = past.recent.includes(digest)
  if (!known && turn.calls.some(changesSomething)) return { recent: [digest], count: 1 }
  const recent = [...past.recent, digest].slice(-window)
  return { recent, count: recent.filter((other) => other === digest).length }
}

function changesSomething(call: OpenTurn['calls'][number]): boolean {
  return call.outcome?.type === 'completed' && call.started !== undefined && call.started.repeat !== 'safe'
}

function digestOf(turn: OpenTurn): Hash {
  return hash(
    'sha256',
    JSON.stringify(turn.calls.map(({ part, outcome }) => [part.name, part.input, outcome])),
    'hex',
  )
}
