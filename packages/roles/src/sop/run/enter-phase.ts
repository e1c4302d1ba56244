import { type Gate, simpleGates } from '../definition/gate.ts'
import type { SopPhase } from '../definition/sop.ts'
import { baselineGates, lookAtGates } from '../gates/look-at-gates.ts'
import { watchFiles } from '../gates/watch-files.ts'
import { phaseOf, type Place, type Session } from './session.ts'
import { takeTransition } from './take-transition.ts'

/** What a step of a procedure came to: it goes on, or waits for people or other threads. */
export type Step = { readonly type: 'on' } | { readonly type: 'waiting'; readonly threads: readonly string[] }

/** Enters a phase: its entry gates, what its gates compare with, a snapshot. Nothing of it counts as done before all of it is recorded. */
export async function enterPhase(session: Session): Promise<Step> {
  const { journal, parts } = session
  const { machine } = journal.state
  const phase = phaseOf(session)
  const place: Place = { phase: machine.phase, branch: '', work: phase }
  const refusal = await refusalOf(session, place, phase.entry)
  if (refusal !== undefined) return refusal
  const gates = [...(phase.exit ?? []), ...(phase.onEdit?.gates ?? [])]
  const compared = await takeBaselines(session, place, gates)
  if (compared.type === 'waiting') return compared
  const { id: tree } = await parts.workspace.snapshot()
  const watched = await watchProtected(session)
  journal.stage('phase-entered', { phase: machine.phase, visit: machine.visit, tree, ...watched })
  await journal.flush()
  return { type: 'on' }
}

/** What keeps a phase from being entered; nothing where it may be. */
async function refusalOf(
  session: Session,
  place: Place,
  gates: SopPhase['entry'] = [],
): Promise<Step | undefined> {
  if (gates.length === 0) return undefined
  const result = await lookAtGates(session, place, gates, 'entry')
  if (result.type === 'waiting') return result
  if (result.outcome === 'passed') return undefined
  await takeTransition(session, place, { verdict: 'refused', result })
  return { type: 'on' }
}

/** Findings from before the first attempt. Later attempts compare with the same: what one left behind does not become what was there. */
async function takeBaselines(session: Session, place: Place, gates: readonly Gate[]): Promise<Step> {
  const { machine, baselines } = session.journal.state
  const again = machine.failures[machine.phase] !== undefined
  const missing = baselineGates(gates).filter(
    ({ id }) => !again || baselines[`${place.phase}/${id}`] === undefined,
  )
  for (const gate of missing) {
    const result = await lookAtGates(session, place, [gate], 'baseline')
    if (result.type === 'waiting') return result
  }
  return { type: 'on' }
}

/** The contents of everything that any phase protects or waits for, once after each phase that passed: what a failed attempt left behind is not what was there. */
async function watchProtected({ journal, parts }: Session) {
  const { watched, sop } = journal.state
  if (watched !== undefined || sop === undefined) return {}
  const gates = [
    ...(sop.invariants ?? []),
    ...Object.values(sop.phases).flatMap(({ exit = [], onEdit, parallel = {} }) => [
      ...exit,
      ...(onEdit?.gates ?? []),
      ...Object.values(parallel).flatMap((work) => work.exit ?? []),
    ]),
  ]
  const patterns = simpleGates(gates).flatMap((gate) =>
    gate.kind === 'files' ? [...(gate.mustNotChange ?? []), ...(gate.mustChange ?? [])] : [],
  )
  return {
    watched: patterns.length === 0 ? {} : await watchFiles(parts.workspace.root, [...new Set(patterns)]),
  }
}
