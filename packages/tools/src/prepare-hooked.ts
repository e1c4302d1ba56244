import type { Decision, HookEvent, Hooks, HookVerdict, PreparedCall } from '@keepup/core'

import { type CandidateCall, refuse, type RefusedCall, validateCall } from './candidate-call.ts'
import { joinDecisions } from './decide.ts'
import { messageOf } from './failure-of.ts'
import { conclude, judgeCall, type JudgedCall, type JudgementParts } from './judge-call.ts'
import { runHooked } from './run-hooked.ts'

/** A call after the hooks had their say, or its end. */
type Heard = { readonly candidate: CandidateCall; readonly said: HookVerdict } | RefusedCall

/**
 * Decides a call with hooks: they are run on the validated input, what they rewrote is validated and decided upon as if the model had written it, and
 * where a person would be asked they may answer in their place, unless the question is firm.
 */
export async function prepareHooked(
  parts: JudgementParts,
  hooks: Hooks,
  first: CandidateCall,
): Promise<PreparedCall> {
  const { call, input } = first
  const { effects } = judgeCall(parts, first).ready
  const heard = await hear(hooks, first, { type: 'tool-requested', call, input, effects })
  if ('type' in heard) return heard
  const judged = heed(judgeCall(parts, heard.candidate), heard.said.decision)
  return judged.decision.type === 'ask'
    ? askHooks(parts, hooks, heard, judged.decision)
    : prepared(hooks, heard, judged)
}

async function askHooks(
  parts: JudgementParts,
  hooks: Hooks,
  { candidate, said }: Exclude<Heard, RefusedCall>,
  { question, reasons }: Extract<Decision, { type: 'ask' }>,
): Promise<PreparedCall> {
  const { call, input } = candidate
  const heard = await hear(hooks, candidate, { type: 'permission-requested', call, input, question, reasons })
  if ('type' in heard) return heard
  const answered = heard.said.decision
  const again = heed(judgeCall(parts, heard.candidate), said.decision)
  const context = [...(said.context ?? []), ...(heard.said.context ?? [])]
  return prepared(hooks, { ...heard, said: { context } }, heed(again, answered))
}

/** Runs the hooks of a moment before the call. What they refuse ends it; what they rewrite is validated. */
async function hear(
  hooks: Hooks,
  candidate: CandidateCall,
  event: Extract<HookEvent, { type: 'tool-requested' | 'permission-requested' }>,
): Promise<Heard> {
  const { call, situation, registered } = candidate
  const said = await consult(hooks, candidate, event)
  const { decision, stop, input } = said
  if (stop !== undefined) return refuse({ type: 'denied', reason: stop }, situation, { stop })
  if (decision?.type === 'deny') return refuse({ type: 'denied', reason: decision.reason }, situation)
  if (input === undefined) return { candidate, said }
  const { invalid: _, ...rest } = call
  const rewritten = await validateCall(registered, { ...rest, input }, situation)
  if (!('type' in rewritten)) return { candidate: { ...rewritten, call }, said }
  const { outcome } = rewritten
  if (outcome.type !== 'failed') return rewritten
  return refuse({ ...outcome, message: `A hook rewrote the input. ${outcome.message}` }, situation)
}

async function consult(
  hooks: Hooks,
  { call, situation }: CandidateCall,
  event: HookEvent,
): Promise<HookVerdict> {
  try {
    if (!hooks.listens(event.type)) return {}
    const { mode, signal, recorded } = situation
    const moment = { thread: call.thread, mode, signal }
    return await hooks.run(event, recorded === undefined ? moment : { ...moment, recorded })
  } catch (error) {
    // Types promise that they never reject. A guard that fails denies.
    return { decision: { type: 'deny', reason: `The hooks failed: ${messageOf(error)}` } }
  }
}

/** Deny beats ask beats allow; a hook's allow answers a question that is not firm. */
function heed(judged: JudgedCall, said: Decision | undefined): JudgedCall {
  if (said === undefined) return judged
  const { decision, ready } = judged
  if (said.type === 'allow' && decision.type === 'ask' && decision.firm !== true) {
    return { decision: said, ready }
  }
  return { decision: joinDecisions([decision, said]), ready }
}

function prepared(
  hooks: Hooks,
  { candidate, said }: Exclude<Heard, RefusedCall>,
  judged: JudgedCall,
): PreparedCall {
  const ready = { type: 'ready', ...runHooked(judged.ready, hooks, candidate, said.context ?? []) } as const
  return conclude({ ...judged, ready }, candidate)
}
