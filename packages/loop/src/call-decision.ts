import { hash } from 'node:crypto'

import type { AgentEntryData, PreparedCall, ReadyCall } from '@keepup/core'

import type { OpenApproval, OpenCall } from './agent-state.ts'
import { outcomeOf, settledOutcome, toolCall } from './call-entries.ts'
import { type Draft, draft } from './journal.ts'
import { currentRun, type Session } from './session.ts'

const toolsAreOff = 'Tools are off in the last turn.'

/** Whether a call may run: it is ready, it was settled without running, or it waits for an answer. */
export async function decideCall(
  session: Session,
  call: OpenCall,
  toolChoice: 'auto' | 'none',
  signal: AbortSignal,
): Promise<ReadyCall | 'settled' | 'waiting'> {
  if (isOver(session)) return settle(session, [failedBefore(session, call, 'The run ended before it began.')])
  if (toolChoice === 'none') return settle(session, [deniedOutcome(session, call, toolsAreOff)])
  const { mode } = session.settings
  const prepared = await session.parts.tools.prepare(toolCall(session, call), {
    mode,
    exposure: session.journal.state.turn?.exposure ?? session.journal.state.exposure,
    signal,
    recorded: () => session.journal.flush(),
  })
  if (prepared.type === 'refused') return settle(session, [outcomeOf(call, prepared)])
  if (prepared.type === 'ready') return prepared
  return heedAnswer(session, call, prepared)
}

/** Told by the entries alone, so that a replay decides alike. */
function isOver(session: Session): boolean {
  const { state } = session.journal
  const { interrupted, settings, startedAt } = currentRun(session)
  return (
    interrupted !== undefined || state.time - startedAt >= (settings.limits.time ?? Number.POSITIVE_INFINITY)
  )
}

/** An `ask`: goes by the answer that is there, asks where none is, and does what the run was told to do when nobody can be asked. */
async function heedAnswer(
  session: Session,
  call: OpenCall,
  asked: Extract<PreparedCall, { type: 'ask' }>,
): Promise<ReadyCall | 'settled' | 'waiting'> {
  const approval = validApproval(session, call, asked.ready)
  if (approval?.answer !== undefined) return heed(session, call, asked.ready, approval.answer)
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
  ready: ReadyCall,
  { allow, message }: NonNullable<OpenApproval['answer']>,
): ReadyCall | 'settled' {
  return allow ? ready : settle(session, [deniedOutcome(session, call, message ?? 'A person said no.')])
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
  { question, reasons, ready }: Extract<PreparedCall, { type: 'ask' }>,
): Draft {
  const data: AgentEntryData['approval-requested'] = {
    approval,
    call: call.part.id,
    key: call.key,
    tool: call.part.name,
    digest: ready.digest,
    question,
    reasons,
    effects: ready.effects,
  }
  return draft('approval-requested', data, { labels: session.labels.exposure() })
}

function denyUnattended(
  session: Session,
  call: OpenCall,
  approval: string,
  { ready, question }: Extract<PreparedCall, { type: 'ask' }>,
): readonly Draft[] {
  const message = `Nobody could be asked: ${question}`
  const answer = {
    approval,
    key: call.key,
    digest: ready.digest,
    allow: false,
    by: 'runtime',
    message,
    valid: true,
  }
  return [draft('approval-answered', answer), deniedOutcome(session, call, message)]
}

/** Names a question: unique in all threads, the same when it is computed again. */
function approvalId({ thread, journal }: Session, { key }: OpenCall): string {
  return hash('sha256', JSON.stringify([thread.thread, journal.head, key]), 'hex').slice(0, 20)
}

function deniedOutcome(session: Session, call: OpenCall, reason: string): Draft {
  return settledOutcome(session, call, { type: 'denied', reason })
}

function failedBefore(session: Session, call: OpenCall, message: string): Draft {
  return settledOutcome(session, call, { type: 'failed', code: 'interrupted', message })
}

function settle(session: Session, drafts: readonly Draft[]): 'settled' {
  session.journal.stage(drafts)
  return 'settled'
}
