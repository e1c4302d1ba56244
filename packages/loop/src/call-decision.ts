import { hash } from 'node:crypto'

import {
  type AgentEntryData,
  type FinishedCall,
  lostLabel,
  type PersonAnswer,
  type PreparedCall,
  type ReadyCall,
  type ToolOutcome,
} from '@keepup/core'

import type { OpenApproval, OpenCall } from './agent-state.ts'
import { outcomeOf, toolCall } from './call-entries.ts'
import { callSituation } from './call-situation.ts'
import { commandFolder } from './command-folder.ts'
import { isTimeOver } from './graceful-recovery.ts'
import { type Draft, draft } from './journal.ts'
import { awaitOrder, currentRun, type Session } from './session.ts'

const toolsAreOff: ToolOutcome = { type: 'denied', reason: 'Tools are off in the last turn.' }
const stopAsked: ToolOutcome = { type: 'denied', reason: 'The run was asked to stop: nothing new begins.' }
const runIsOver: ToolOutcome = {
  type: 'failed',
  code: 'interrupted',
  message: 'The run ended before it began.',
}
const bestGuess = 'Go on with your best assumption, and say in your answer what you assumed.'
const unwilling = `The person did not want to answer. ${bestGuess}`
const nobody = 'Nobody is there to answer.'
const mayNotRepeat: ToolOutcome = { type: 'denied', reason: 'It may not be repeated any more.' }

/**
 * Whether a call may run: it is ready, it was settled without running, it waits for an answer, or the run is over and nothing may begin any more, also
 * where it ended while the call was decided.
 */
export async function decideCall(
  session: Session,
  call: OpenCall,
  toolChoice: 'auto' | 'none',
  signal: AbortSignal,
): Promise<ReadyCall | 'settled' | 'waiting' | 'over'> {
  if (session.parts.inOrder !== undefined) await awaitOrder(session)
  if (beginsNothing(session)) return 'over'
  if (toolChoice === 'none') return end(session, call, toolsAreOff)
  if (call.suspended !== undefined) return 'waiting'
  const prepared = await session.tools.prepare(toolCall(session, call), callSituation(session, signal))
  if (beginsNothing(session)) return 'over'
  if (prepared.type === 'refused') return settle(session, [outcomeOf(call, truthful(call, prepared))])
  const ready = prepared.type === 'ready' ? prepared : prepared.ready
  if (call.started !== undefined && ready.repeat === 'once') return end(session, call, mayNotRepeat)
  return prepared.type === 'ready' ? prepared : heedAnswer(session, call, prepared)
}

/** What a process that died had begun may have happened, whatever is decided about it now. */
function truthful({ started }: OpenCall, finished: FinishedCall): FinishedCall {
  const { outcome } = finished
  if (started === undefined || started.repeat === 'safe') return finished
  if (outcome.type !== 'denied' && outcome.type !== 'failed') return finished
  const why = outcome.type === 'denied' ? outcome.reason : outcome.message
  const reason = `It was begun by a process that ended, and was not run again: ${why}`
  return { ...finished, outcome: { type: 'unknown', reason } }
}

/** Settles a call that did not begin before its run was over, or was asked to stop. */
export function settleUnbegun(session: Session, call: OpenCall): void {
  end(session, call, isOver(session) ? runIsOver : stopAsked)
}

/**
 * Whether no call begins any more: the run is over, or somebody wants it to stop and its last turn has not begun. Told by the state at every step, for it must
 * not matter at which one the wish came in.
 */
export function beginsNothing(session: Session): boolean {
  const { stopping, closing } = currentRun(session)
  return isOver(session) || (stopping !== undefined && closing === undefined)
}

/** Whether the run was interrupted, a hook ended it or its time is over: what has not begun does not begin. */
function isOver(session: Session): boolean {
  const run = currentRun(session)
  return run.interrupted !== undefined || run.halted !== undefined || isTimeOver(session.journal.state, run)
}

/** An `ask`: goes by the answer that is there, asks where none is, and does what the run was told to do when nobody can be asked. */
async function heedAnswer(
  session: Session,
  call: OpenCall,
  asked: Extract<PreparedCall, { type: 'ask' }>,
): Promise<ReadyCall | 'settled' | 'waiting'> {
  const approval = validApproval(session, call, asked.ready)
  if (approval?.answer !== undefined) return heed(session, call, asked, approval.answer)
  const id = approval?.id ?? approvalId(session, call)
  const question = approval === undefined ? [requestApproval(session, call, id, asked)] : []
  if (currentRun(session).settings.unattended === 'deny') {
    return settle(session, [...question, ...denyUnattended(session, call, id, asked)])
  }
  if (question.length > 0) await session.journal.append(question, { flush: 'power' })
  return 'waiting'
}

function heed(
  session: Session,
  call: OpenCall,
  { ready, wants }: Extract<PreparedCall, { type: 'ask' }>,
  { allow, message, label = lostLabel }: NonNullable<OpenApproval['answer']>,
): ReadyCall | 'settled' {
  if (!allow)
    return end(session, call, denied(message ?? (wants === undefined ? 'A person said no.' : unwilling)))
  return wants === undefined ? ready : withAnswer(ready, { text: message ?? '', label })
}

function withAnswer(ready: ReadyCall, answer: PersonAnswer): ReadyCall {
  return { ...ready, run: (context) => ready.run({ ...context, answer }) }
}

/** The question that stands for exactly this call in this history: one that was inherited from a fork or rewind is asked anew. */
function validApproval(
  session: Session,
  { approval }: OpenCall,
  { digest }: ReadyCall,
): OpenApproval | undefined {
  if (approval === undefined || approval.sequence <= session.thread.inherited) return undefined
  return approval.digest === digest ? approval : undefined
}

function requestApproval(
  session: Session,
  call: OpenCall,
  approval: string,
  { question, reasons, ready, wants }: Extract<PreparedCall, { type: 'ask' }>,
): Draft {
  const data: AgentEntryData['approval-requested'] = {
    approval,
    call: call.part.id,
    key: call.key,
    tool: call.part.name,
    digest: ready.digest,
    ...(ready.input === call.part.input ? {} : { input: ready.input }),
    ...commandFolder(session.journal.state),
    question,
    reasons,
    effects: ready.effects,
    ...(wants === undefined ? {} : { wants }),
  }
  return draft('approval-requested', data, { labels: session.labels.exposure() })
}

function denyUnattended(
  session: Session,
  call: OpenCall,
  approval: string,
  { ready, question, wants }: Extract<PreparedCall, { type: 'ask' }>,
): readonly Draft[] {
  const message = wants === undefined ? `Nobody could be asked: ${question}` : `${nobody} ${bestGuess}`
  const answer = {
    approval,
    key: call.key,
    digest: ready.digest,
    allow: false,
    by: 'runtime',
    message,
    valid: true,
  }
  return [draft('approval-answered', answer), ended(session, call, denied(message))]
}

/** Names a question: unique in all threads, the same when it is computed again. */
function approvalId({ thread, journal }: Session, { key }: OpenCall): string {
  return hash('sha256', JSON.stringify([thread.thread, journal.head, key]), 'hex').slice(0, 20)
}

function denied(reason: string): ToolOutcome {
  return { type: 'denied', reason }
}

/** Reasons repeat what people and the model said, so they carry what it was shown. */
function ended(session: Session, call: OpenCall, outcome: ToolOutcome): Draft {
  return outcomeOf(call, truthful(call, { outcome, labels: session.labels.exposure() }))
}

function end(session: Session, call: OpenCall, outcome: ToolOutcome): 'settled' {
  return settle(session, [ended(session, call, outcome)])
}

function settle(session: Session, drafts: readonly Draft[]): 'settled' {
  session.journal.stage(drafts)
  return 'settled'
}
