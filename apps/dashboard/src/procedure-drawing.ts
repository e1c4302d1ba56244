import type { DrawnNode, DrawnWay } from './drawn.ts'
import type { Phase, Procedure } from './view-types.ts'

/** A procedure as a diagram: its phases, where it stands, and the ways that it took. */
export function procedureDrawing(run: Procedure): {
  readonly nodes: readonly DrawnNode[]
  readonly ways: readonly DrawnWay[]
} {
  return { nodes: run.phases.map((phase) => nodeOf(run, phase)), ways: waysOf(run) }
}

function nodeOf(run: Procedure, phase: Phase): DrawnNode {
  const { name, end, branches } = phase
  if (run.phase === name) {
    return { id: name, title: name, note: end ?? run.status, look: lookOf(run, phase) }
  }
  const visits = run.moves.filter(({ to }) => to === name).length
  const note = visits > 1 ? `entered ${visits} times` : branches.join(' + ')
  return { id: name, title: name, note, look: 'plain' }
}

/** How the phase is drawn in which it stands. */
function lookOf({ status }: Procedure, { end }: Phase): DrawnNode['look'] {
  if (end !== undefined) return end === 'failed' ? 'failed' : 'done'
  return status === 'waiting' || status === 'halted' ? 'waiting' : 'here'
}

/** Events that lead from one phase to the same other one are one way. */
function waysOf({ phases, moves }: Procedure): readonly DrawnWay[] {
  const found = new Map<string, DrawnWay>()
  for (const { name: from, ways } of phases) {
    for (const { event, to } of ways) {
      const key = JSON.stringify([from, to])
      const known = found.get(key)
      const words = known === undefined ? event : `${known.words}, ${event}`
      const taken = moves.some((move) => move.from === from && move.to === to)
      found.set(key, { from, to, words, taken })
    }
  }
  return [...found.values()]
}
