import { KeepupError } from '@keepup/core'

import { askPerson, takeAnswers } from './ask-person.ts'
import { leaveTrees } from './branch-trees.ts'
import { enterPhase, type Step } from './enter-phase.ts'
import { leaveJoined, leavePhase } from './leave-phase.ts'
import { runBranches } from './run-branches.ts'
import { runWork, type Worked } from './run-work.ts'
import { digestOf, phaseOf, type Place, type Session, sopOf } from './session.ts'
import { takeTransition } from './take-transition.ts'
import { usedUp } from './used-up.ts'
import { halt } from './watch-control.ts'

/** Walks a procedure until it has ended, waits, or cannot go on now. */
export async function takeSteps(session: Session): Promise<void> {
  await takeAnswers(session)
  for (;;) {
    await leaveTrees(session)
    const { machine, run, spent } = session.journal.state
    if (machine.end !== undefined) {
      session.journal.stage('sop-finished', { run, end: machine.end, spent })
      return session.journal.flush('power')
    }
    if (session.signal.aborted) return haltUnlessLost(session, 'it was interrupted', 'interrupted')
    const step = await takeStep(session)
    if (step === 'ended') return
    if (step.type === 'broken') return haltUnlessLost(session, step.reason, step.code)
    if (step.type === 'waiting') return wait(session, step.threads)
  }
}

async function takeStep(session: Session): Promise<Stepped> {
  const { machine, entered } = session.journal.state
  await bringBack(session)
  if (entered !== machine.visit) return enterPhase(session)
  const place: Place = { phase: machine.phase, branch: '', work: phaseOf(session) }
  if (!isToWork(session))
    return machine.branches === undefined ? leavePhase(session, place) : leaveJoined(session, place)
  const used = usedUp(session, place)
  if (used === 'procedure') return overBudget(session, place)
  if (used === 'phase') {
    await takeTransition(session, place, { verdict: 'over-budget' })
    return { type: 'on' }
  }
  const worked = await (machine.branches === undefined
    ? runWork(session, place, session.signal)
    : runBranches(session, machine.phase, phaseOf(session)))
  return worked.type === 'ended' ? { type: 'on' } : worked
}

type Stepped = Step | Extract<Worked, { type: 'broken' }> | 'ended'

function isToWork({ journal }: Session): boolean {
  const { machine, work } = journal.state
  return machine.branches === undefined ? work['']?.ended === undefined : machine.joined !== true
}

/** Files that a failure is to bring back, and the pause after it. */
async function bringBack({ journal, parts, clock, signal }: Session): Promise<void> {
  const { restore, notBefore = 0 } = journal.state
  if (restore !== undefined) {
    const undo = await parts.workspace.restore(restore)
    journal.stage('files-restored', { to: restore, undo, reason: 'rollback' })
    await journal.flush()
  }
  const pause = notBefore - clock.now()
  if (pause > 0) await clock.sleep(pause, signal)
}

async function overBudget(session: Session, place: Place): Promise<Step | 'ended'> {
  const { journal, thread } = session
  const { onBudget = 'fail', id } = sopOf(session)
  if (onBudget === 'degrade') {
    await takeTransition(session, place, {
      verdict: 'over-budget',
      words: 'The budget of the procedure was used up.',
    })
    return { type: 'on' }
  }
  if (onBudget === 'ask') {
    const digest = digestOf([thread.thread, 'budget', journal.state.extended])
    const answer = await askPerson(session, {
      approval: `budget-${digest.slice(0, 20)}`,
      key: digest,
      digest,
      question: `The procedure ${id} has used up its budget in the phase ${place.phase}. May it use as much again?`,
      reasons: [{ rule: `sop ${id}`, text: JSON.stringify(journal.state.spent) }],
      effects: [],
      tool: 'sop-budget',
      input: { phase: place.phase },
    })
    if (answer.type === 'waiting') return { type: 'waiting', threads: [] }
    if (answer.type === 'answered' && answer.allow) return { type: 'on' }
  }
  await leaveTrees(session, 'all')
  const { run, spent } = journal.state
  journal.stage('sop-finished', {
    run,
    end: { type: 'failed', phase: place.phase, reason: 'over-budget' },
    spent,
  })
  await journal.flush('power')
  return 'ended'
}

/** The last commit of a thread that waits says until when. */
async function wait({ journal }: Session, threads: readonly string[]): Promise<void> {
  const open = Object.values(journal.state.asked).filter(
    ({ answer, expired }) => answer === undefined && expired === undefined,
  )
  const until = Math.min(...open.map((asked) => asked.until ?? Infinity))
  journal.stage(
    'sop-waiting',
    { run: journal.state.run, approvals: open.map(({ approval }) => approval), threads },
    until === Infinity ? {} : { until },
  )
  await journal.flush('power')
}

async function haltUnlessLost(session: Session, reason: string, code: string): Promise<void> {
  const { lost } = session.thread
  if (lost.aborted) throw KeepupError.is(lost.reason) ? lost.reason : new KeepupError('lease-lost', reason)
  return halt(session, reason, code)
}
