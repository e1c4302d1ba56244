import { hash } from 'node:crypto'

import type { Hash } from '@keepup/core'

import type { OpenTurn, Repetition } from './agent-state.ts'

/** No turn yet. */
export const noRepetition: Repetition = { recent: [], stale: 0, count: 0 }

/** How many turns back a repetition is looked for: with five of a kind, cycles of up to ten turns are found. */
const window = 40

/**
 * Progress is a turn that was not made before, or made before with another result: news. A turn is repeated as often as it came back since the last news;
 * a completed call that may change something and differs from every recent one clears the memory.
 */
export function noteTurn(past: Repetition, turn: OpenTurn): Repetition {
  const digest = digestOf(turn)
  const isNews = !past.recent.includes(digest)
  if (isNews && turn.calls.some(changesSomething)) return { recent: [digest], stale: 0, count: 1 }
  const recent = [...past.recent, digest].slice(-window)
  if (isNews) return { recent, stale: 0, count: 1 }
  const stale = Math.min(past.stale + 1, window)
  return { recent, stale, count: 1 + recent.slice(-stale).filter((other) => other === digest).length }
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
