import type { Hash } from '@keepup/core'

import type { FailTarget, Rollback, SopPhase } from '../definition/sop.ts'
import type { GatesResult } from '../gates/gate-site.ts'
import { type MachineEvent, type MachineState, stepMachine } from '../machine/sop-machine.ts'
import { feedbackOf } from './feedback.ts'
import { digestOf, phaseOf, type Place, scopeOf, type Session, sopOf } from './session.ts'
import type { SopEntryData } from './sop-entries.ts'

/** What the runtime found out about a phase or a branch. */
export interface Finding {
  readonly verdict: 'passed' | 'failed' | 'conflicted' | 'refused' | 'over-budget' | 'needs-input'
  readonly result?: Extract<GatesResult, { type: 'found' }>
  /** Told besides what the gates say. */
  readonly words?: string
}

/** Moves the machine and records why. It resolves once that survives a loss of power. */
export async function takeTransition(session: Session, place: Place, found: Finding): Promise<void> {
  const { journal, parts } = session
  const before = journal.state.machine
  const event = eventOf(place, found)
  const after = stepMachine(sopOf(session), before, event)
  const tree = found.result?.tree ?? (await parts.workspace.snapshot()).id
  const feedback = wordsFor(place, found, phaseOf(session).on?.fail?.feedback ?? 'findings')
  journal.stage(
    'transition-taken',
    {
      event,
      from: before.phase,
      to: after.phase,
      tree,
      ...consequences(session, event, after),
      ...(feedback === '' ? {} : { feedback }),
    },
    { scope: scopeOf(place).slice(-200) },
  )
  await journal.flush('power')
}

const failing: ReadonlySet<MachineEvent['type']> = new Set(['failed', 'refused', 'branch-failed'])

/** What a failure that led on brings with it: files to bring back, a pause. */
function consequences(
  session: Session,
  { type }: MachineEvent,
  after: MachineState,
): Pick<SopEntryData['transition-taken'], 'notBefore' | 'restore'> {
  const before = session.journal.state.machine
  const moved = after.visit !== before.visit && after.end === undefined
  const phase = phaseOf(session)
  const isFailure = failing.has(type) || (type === 'conflicted' && phase.on?.conflict === undefined)
  if (!moved || !isFailure) return {}
  const restore = restorePoint(session, phase.on?.fail)
  const pause = backoffOf(phase, after.failures[before.phase]?.count ?? 0)
  return {
    ...(restore === undefined ? {} : { restore }),
    ...(pause === 0 ? {} : { notBefore: session.clock.now() + pause }),
  }
}

function eventOf({ branch }: Place, { verdict, result }: Finding): MachineEvent {
  const failed = (result?.evidence ?? []).filter(({ outcome }) => outcome !== 'passed')
  const fingerprint = digestOf(failed.map((each) => each.fingerprint))
  if (branch !== '')
    return verdict === 'passed'
      ? { type: 'branch-passed', branch }
      : { type: 'branch-failed', branch, fingerprint }
  return verdict === 'failed' || verdict === 'refused' || verdict === 'conflicted'
    ? { type: verdict, fingerprint }
    : { type: verdict }
}

function wordsFor(
  { phase, branch }: Place,
  { verdict, result, words }: Finding,
  how: 'findings' | 'full',
): string {
  if (verdict === 'passed') return ''
  const said = [words ?? '', result === undefined ? '' : feedbackOf(result.evidence, how)].filter(
    (part) => part !== '',
  )
  if (said.length === 0) return verdict === 'over-budget' ? `The budget of ${phase} was used up.` : ''
  const who = branch === '' ? `The phase ${phase}` : `The branch ${branch} of ${phase}`
  return `${who} ${verdict === 'refused' ? 'may not be entered' : 'was not passed'}:\n${said.join('\n')}`.slice(
    0,
    40_000,
  )
}

function restorePoint({ journal }: Session, fail: FailTarget | undefined): Hash | undefined {
  const rollback: Rollback = fail?.rollback ?? 'none'
  const { kept, trees, machine } = journal.state
  if (rollback === 'none') return undefined
  if (rollback === 'edit') return kept
  return trees[rollback === 'phase' ? machine.phase : rollback.to]
}

function backoffOf({ retries }: SopPhase, count: number): number {
  return Math.min((retries?.backoffMs ?? 0) * 2 ** Math.max(0, count - 1), 86_400_000)
}
