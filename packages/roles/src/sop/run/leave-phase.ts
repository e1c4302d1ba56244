import type { Gate } from '../definition/gate.ts'
import type { GatesResult } from '../gates/gate-site.ts'
import { lookAtGates } from '../gates/look-at-gates.ts'
import { askPerson } from './ask-person.ts'
import { mergeBranches } from './branch-trees.ts'
import type { Step } from './enter-phase.ts'
import { digestOf, phaseOf, type Place, scopeOf, type Session, sopOf } from './session.ts'
import { takeTransition } from './take-transition.ts'

/** Looks at everything that must hold before a phase or a branch is left, and moves the machine by what it finds. */
export async function leavePhase(session: Session, place: Place): Promise<Step> {
  const { machine, work } = session.journal.state
  const ended = work[place.branch]?.ended
  if (ended?.request?.outcome === 'needs-input' && place.branch === '')
    return needInput(session, place, ended.request.summary, ended.at)
  const result = await lookAtGates(session, place, gatesOf(session, place), 'exit')
  if (result.type === 'waiting') return result
  const passed = result.outcome === 'passed'
  // Another branch may have decided the phase meanwhile.
  if (session.journal.state.machine.visit !== machine.visit) return { type: 'on' }
  const verdict = passed
    ? 'passed'
    : ended?.limited === true && place.branch === ''
      ? 'over-budget'
      : 'failed'
  await takeTransition(session, place, { verdict, result, ...joinWords(place, result) })
  return { type: 'on' }
}

function joinWords({ branch }: Place, result: GatesResult): { readonly words?: string } {
  return branch === '' && result.type === 'found' && result.outcome === 'unknown'
    ? { words: 'A gate could not be told, so nothing passes.' }
    : {}
}

async function needInput(session: Session, place: Place, summary: string, at: number): Promise<Step> {
  const { on } = phaseOf(session)
  if (on?.needsInput !== undefined) {
    await takeTransition(session, place, { verdict: 'needs-input', words: `It needs to know: ${summary}` })
    return { type: 'on' }
  }
  const digest = digestOf([session.thread.thread, 'input', at, summary])
  const answer = await askPerson(session, {
    approval: `input-${digest.slice(0, 20)}`,
    key: digest,
    digest,
    question: summary,
    reasons: [{ rule: `sop ${sopOf(session).id}`, text: `The agent of the phase ${place.phase} asks.` }],
    effects: [],
    tool: 'sop-input',
    input: { phase: place.phase },
    wants: {},
  })
  return answer.type === 'waiting' ? { type: 'waiting', threads: [] } : { type: 'on' }
}

/** The invariants first, what the phase must hand over, what it may have edited, then its own gates. */
function gatesOf(session: Session, place: Place): readonly Gate[] {
  const { invariants = [] } = sopOf(session)
  const { exit = [], produces = {}, tools } = place.work
  const handed = Object.entries(produces).map(([artifact, schema]): Gate => ({
    kind: 'schema',
    id: `produces-${artifact}`,
    artifact,
    schema,
  }))
  const edited: readonly Gate[] =
    tools?.edit === undefined || (place.branch !== '' && session.tree === undefined)
      ? []
      : [editedOnly(tools.edit)]
  return [...(place.branch === '' ? invariants : []), ...handed, ...edited, ...exit]
}

/** What commands changed is held against what calls may edit. */
function editedOnly(patterns: readonly string[]): Gate {
  return {
    kind: 'files',
    id: 'edited-only',
    onlyChange: patterns.length === 0 ? ['.keepup-nothing'] : patterns,
  }
}

/** A phase whose branches have passed: their trees are merged, or nothing may have changed since it was entered. */
export async function leaveJoined(session: Session, place: Place): Promise<Step> {
  const { journal, parts } = session
  if (phaseOf(session).isolation === 'worktree') return leaveMerged(session, place)
  const { trees } = journal.state
  const { id: tree } = await parts.workspace.snapshot()
  if (tree === trees[place.phase]) return leavePhase(session, place)
  const changes = await parts.workspace.changes(trees[place.phase] ?? tree)
  const names = changes
    .slice(0, 5)
    .map(({ path }) => path)
    .join(', ')
  const evidence = {
    gate: `${scopeOf(place)}/branches-read`,
    kind: 'files',
    moment: 'exit',
    outcome: 'failed',
    reason: `branches only read, and changed ${names}`,
    tree,
    fingerprint: digestOf(['branches', names]),
    took: 0,
  } as const
  await takeTransition(session, place, {
    verdict: 'failed',
    result: { type: 'found', outcome: 'failed', evidence: [evidence], tree },
  })
  return { type: 'on' }
}

async function leaveMerged(session: Session, place: Place): Promise<Step> {
  const conflicts = await mergeBranches(session, place.phase)
  if (conflicts.length === 0) return leavePhase(session, place)
  const { id: tree } = await session.parts.workspace.snapshot()
  const evidence = conflicts.map(({ branch, path, reason, folder }) => ({
    gate: `${scopeOf(place)}/branches-merged`,
    kind: 'files' as const,
    moment: 'exit' as const,
    outcome: 'failed' as const,
    reason: `${path} of the branch ${branch} is not merged: ${reason}. It stands in ${folder}`,
    tree,
    // The folder is another in each attempt.
    fingerprint: digestOf(['conflict', branch, path, reason]),
    took: 0,
  }))
  await takeTransition(session, place, {
    verdict: 'conflicted',
    result: { type: 'found', outcome: 'failed', evidence, tree },
  })
  return { type: 'on' }
}
