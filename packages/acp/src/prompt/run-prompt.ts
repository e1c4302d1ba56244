import type { PromptResponse, StopReason } from '@agentclientprotocol/sdk'
import {
  type AgentEntry,
  type AgentEvent,
  KeepupError,
  type Money,
  type RunOutcome,
  type Sequence,
  type SignalId,
  type ThreadId,
} from '@keepup/core'
import { type FoundApproval, openApprovals } from '@keepup/loop'

import { Cancelled, type LiveSession } from '../sessions/live-session.ts'
import { createTranscript, type Transcript } from '../updates/transcript.ts'
import { askPermission } from './ask-permission.ts'
import { followElsewhere } from './follow-elsewhere.ts'

/** What a prompt is run with. */
export interface PromptRun {
  /** The signals by which the editor said it. */
  readonly said: ReadonlySet<SignalId>
  /** What the thread cost before. */
  readonly spent: Money
  /** Where the thread stood before. */
  readonly head: Sequence
  readonly stop: AbortSignal
}

type End = AgentEntry<'run-finished'> | AgentEntry<'run-waiting'>

/** What is told, and how far. */
interface Telling {
  readonly transcript: Transcript
  readonly said: ReadonlySet<SignalId>
  head: Sequence
}

/**
 * Runs the thread of a session until it is finished or waits, tells what happens, and puts its questions to the person at the editor; with their answers it goes on.
 * A cancelled run records where it stopped. Fails as the run does, and `model-failed` where the model could not answer.
 */
export async function runPrompt(
  session: LiveSession,
  { said, spent, head, stop }: PromptRun,
): Promise<PromptResponse> {
  const { folder, capabilities: client } = session
  const transcript = createTranscript({ folder, client, past: false, said, spent })
  const telling: Telling = { transcript, said, head }
  for (;;) {
    const end = await runOnce(session, telling, stop)
    if (end?.type !== 'run-waiting') return ended(end, stop)
    const left = await putQuestions(session, transcript, stop)
    if (stop.aborted) return giveUp(session, telling, stop)
    if (left > 0) return tellLeft(session, left)
  }
}

async function runOnce(
  session: LiveSession,
  telling: Telling,
  signal: AbortSignal,
): Promise<End | undefined> {
  const { thread, mode, model, opened } = session
  const chosen = model === undefined ? {} : { model }
  try {
    const events = opened.run({ thread, mode, unattended: 'wait', signal, ...chosen })
    return await tellEvents(session, telling, events)
  } catch (error) {
    if (!KeepupError.is(error, 'lease-held')) throw error
    // Nobody follows any more, and what others run is theirs to end.
    if (signal.aborted) return undefined
    return goAlong(session, telling, signal)
  }
}

async function tellEvents(
  { thread, tell }: LiveSession,
  telling: Telling,
  events: AsyncIterable<AgentEvent>,
): Promise<End | undefined> {
  let end: End | undefined
  for await (const event of events) {
    for (const update of telling.transcript.of(event)) await tell(update)
    if (event.thread === thread && 'sequence' in event) telling.head = event.sequence
    if (isEnd(event, thread)) end = event
  }
  return end
}

/** Whoever has the thread runs it: what happens is told all the same. What was said here may come too late for that run, and is answered by the next one, here. */
async function goAlong(
  session: LiveSession,
  telling: Telling,
  signal: AbortSignal,
): Promise<End | undefined> {
  const { transcript, said, head } = telling
  const end = await followElsewhere(session, { transcript, after: head }, signal)
  const pending = await session.checkpointer.pending(session.thread)
  if (end?.type !== 'run-finished' || !pending.some(({ id }) => said.has(id))) return end
  telling.head = end.sequence
  return runOnce(session, telling, signal)
}

function isEnd(event: AgentEvent, thread: ThreadId): event is End {
  return event.thread === thread && (event.type === 'run-finished' || event.type === 'run-waiting')
}

/** Puts every open question, one after the other. Gives how many are left open. */
async function putQuestions(
  session: LiveSession,
  transcript: Transcript,
  stop: AbortSignal,
): Promise<number> {
  const { checkpointer, thread, opened } = session
  const threads = (await opened.asking?.(thread)) ?? [thread]
  const questions: FoundApproval[] = []
  for (const each of threads)
    for await (const found of openApprovals(checkpointer, each)) questions.push(found)
  let left = 0
  for (const found of questions) {
    if (stop.aborted) return left
    const asked = await askPermission(session, found, transcript, stop)
    if (asked === 'left') left += 1
  }
  return left
}

/** A run that waits is interrupted where the editor asked for it; where it is gone, the questions stay open for anybody. */
async function giveUp(session: LiveSession, telling: Telling, stop: AbortSignal): Promise<PromptResponse> {
  const isWanted = stop.reason instanceof Cancelled && stop.reason.wanted
  if (isWanted) await runOnce(session, telling, stop)
  return { stopReason: 'cancelled' }
}

async function tellLeft({ tell, thread }: LiveSession, left: number): Promise<PromptResponse> {
  const what = left === 1 ? 'A question is' : `${left} questions are`
  const text = `\n${what} left open. Answer with: keepup approvals list, or go on here and be asked again. (thread ${thread})\n`
  await tell({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } })
  return { stopReason: 'end_turn' }
}

function ended(end: AgentEntry<'run-finished'> | undefined, stop: AbortSignal): PromptResponse {
  if (end === undefined) return { stopReason: stop.aborted ? 'cancelled' : 'end_turn' }
  const { outcome } = end.data
  if (outcome.type !== 'failed') return { stopReason: reasonOf(outcome) }
  throw new KeepupError('model-failed', `The run failed (${outcome.code}): ${outcome.message}`)
}

function reasonOf(outcome: Exclude<RunOutcome, { type: 'failed' }>): StopReason {
  if (outcome.type === 'interrupted') return 'cancelled'
  if (outcome.type !== 'limit-reached') return 'end_turn'
  return outcome.limit === 'tokens' || outcome.limit === 'context' ? 'max_tokens' : 'max_turn_requests'
}
