import { joinLabels, type Label, type RunOutcome } from '@keepup/core'

import { phasePolicy, phaseToolPolicy } from '../agent/phase-policy.ts'
import { requestTransitionTool } from '../agent/request-transition.ts'
import { workHooks } from '../agent/work-hooks.ts'
import { checkEdit } from './check-edit.ts'
import { type FollowedAgent, followAgent } from './follow-agent.ts'
import { promptOf } from './prompt.ts'
import { phaseOf, type Place, scopeOf, type Session } from './session.ts'
import type { Seat } from './sop-parts.ts'
import { leftFor, limitsOf } from './used-up.ts'

/** What the work of an agent came to. `broken`: it neither finished nor waits, and can be gone on with. */
export type Worked =
  | { readonly type: 'ended' }
  | { readonly type: 'waiting'; readonly threads: readonly string[] }
  | { readonly type: 'broken'; readonly reason: string; readonly code: string }

/** Lets an agent work in a phase or a branch, from where it stood. */
export async function runWork(session: Session, place: Place, signal: AbortSignal): Promise<Worked> {
  const { journal, parts } = session
  const gates = phaseOf(session).onEdit?.gates ?? []
  const resumed = journal.state.work[place.branch] !== undefined
  if (!resumed) {
    journal.stage(
      'work-began',
      { branch: place.branch, thread: threadOf(session, place) },
      { scope: scopeOf(place).slice(-200) },
    )
    await journal.flush()
  } else if (gates.length > 0) {
    // An edit whose gates a crash left out.
    await session.alone(() => checkEdit(session, place, gates))
  }
  const { thread, began } = journal.state.work[place.branch] ?? { thread: '', began: 0 }
  const left = leftFor(session, place)
  const agent = await parts.agent(seatOf(session, place, left.toolCalls))
  const followed = await followAgent(session, agent, {
    thread,
    inputId: `${session.thread.thread.slice(0, 150).toWellFormed()}#${began}`,
    input: promptOf(session, place),
    label: inputLabel(journal.state.exposure, journal.state.feedback),
    limits: limitsOf(left),
    branch: place.branch,
    signal,
  })
  if (followed.type === 'waiting') return { type: 'waiting', threads: [thread] }
  await record(session, place, followed)
  return workedOf(followed.outcome)
}

/** What commands printed is in what the agent is told. */
function inputLabel(exposure: Label, feedback: string): Label {
  if (feedback === '') return exposure
  return joinLabels(exposure, {
    integrity: 'free-text',
    sources: ['sop:feedback'],
    readers: 'anyone',
    confidential: false,
  })
}

async function record(
  session: Session,
  place: Place,
  followed: Extract<FollowedAgent, { type: 'ended' }>,
): Promise<void> {
  const { type: _, label, text, ...data } = followed
  session.journal.stage(
    'work-ended',
    { ...data, text: text.slice(0, 200_000).toWellFormed(), branch: place.branch },
    { scope: scopeOf(place).slice(-200), labels: { default: label } },
  )
  await session.journal.flush()
}

function workedOf(outcome: RunOutcome): Worked {
  switch (outcome.type) {
    case 'completed':
    case 'limit-reached':
      return { type: 'ended' }
    case 'failed':
      return { type: 'broken', reason: outcome.message, code: outcome.code }
    case 'interrupted':
    case 'stopped':
      return { type: 'broken', reason: outcome.reason, code: 'interrupted' }
  }
}

function seatOf(session: Session, place: Place, calls: number): Seat {
  const { phase, branch, work } = place
  const hooks = workHooks(session, {
    place,
    gates: branch === '' ? (phaseOf(session).onEdit?.gates ?? []) : [],
    ...(calls === Infinity ? {} : { calls }),
  })
  const { root } = session.parts.workspace
  const { tree } = session
  return {
    phase,
    branch,
    purpose: 'work',
    toolPolicy: phaseToolPolicy(work.tools),
    policy: phasePolicy({
      phase: scopeOf(place),
      tools: work.tools,
      root,
      reads: branch !== '' && tree === undefined,
    }),
    tools: [requestTransitionTool()],
    ...(work.role === undefined ? {} : { role: work.role }),
    ...(work.model === undefined ? {} : { model: work.model }),
    ...(work.skills === undefined ? {} : { skills: work.skills }),
    ...(tree === undefined ? {} : { workspace: tree }),
    ...(hooks === undefined ? {} : { hooks }),
  }
}

/** Phases of one role share a conversation, so that an agent remembers; branches, and phases that want it so, have one for each visit. */
function threadOf(session: Session, { phase, branch, work }: Place): string {
  const base = session.thread.thread.slice(0, 100).toWellFormed()
  const { visit } = session.journal.state.machine
  if (branch === '' && phaseOf(session).session !== 'fresh')
    return `${base}/${work.role?.slice(0, 40) ?? 'agent'}`
  return `${base}/${phase}.${visit}${branch === '' ? '' : `.${branch}`}`
}
