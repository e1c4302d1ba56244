import {
  type AgentEntryData,
  type FinishedCall,
  KeepupError,
  type ToolCall,
  type ToolContext,
} from '@keepup/core'

import type { OpenCall } from './agent-state.ts'
import { type CallBinding, callThread } from './call-thread.ts'
import { type Draft, draft } from './journal.ts'
import { toEntryLabels } from './output-labels.ts'
import { liveStream, type Session } from './session.ts'
import { threadArtifacts } from './thread-artifacts.ts'

/** Lets a tool work on one call. What it reports after its call has ended is refused: the log is not the place for what happens out of turn. */
export async function withinCall(
  session: Session,
  call: OpenCall,
  signal: AbortSignal,
  act: (context: ToolContext) => Promise<FinishedCall>,
  suspend: (approvals: readonly string[]) => void = () => {},
): Promise<FinishedCall> {
  let ended = false
  const binding = {
    hasEnded: () => ended,
    suspend: (_: unknown, approvals: readonly string[]) => suspend(approvals),
  }
  try {
    return await act(toolContext(session, call, signal, binding))
  } finally {
    ended = true
  }
}

function toolContext(
  session: Session,
  call: OpenCall,
  signal: AbortSignal,
  binding: CallBinding,
): ToolContext {
  const { key, part } = call
  const publish = liveStream(session, key)
  const { hasEnded } = binding
  return {
    call: toolCall(session, call),
    signal,
    clock: session.parts.clock,
    idempotencyKey: key,
    ...artifactsFor(session),
    thread: callThread(session, binding),
    progress(text) {
      if (!hasEnded()) publish({ type: 'tool-progressed', key, tool: part.name, text })
    },
    async processStarted(process) {
      if (hasEnded()) throw new KeepupError('interrupted', `The call of ${part.name} has ended already.`)
      await session.journal.append([
        draft('process-started', { key, process, started: process.started ?? '' }),
      ])
    },
  }
}

function artifactsFor({ parts, thread }: Session): Pick<ToolContext, 'artifacts'> {
  const { artifacts, checkpointer } = parts
  return artifacts === undefined ? {} : { artifacts: threadArtifacts(artifacts, checkpointer, thread.thread) }
}

/** A call in the coordinator's words. */
export function toolCall(session: Session, { key, part }: OpenCall): ToolCall {
  return {
    thread: session.thread.thread,
    id: part.id,
    key,
    name: part.name,
    input: part.input,
    ...(part.invalid === undefined ? {} : { invalid: part.invalid }),
  }
}

/** The entry that records what a call came to. */
export function outcomeOf({ key, part }: OpenCall, finished: FinishedCall): Draft {
  const { outcome, labels, artifacts, stop } = finished
  const ended = { call: part.id, key, tool: part.name, outcome }
  const data: AgentEntryData['tool-finished'] = stop === undefined ? ended : { ...ended, stop }
  return draft('tool-finished', data, {
    labels: toEntryLabels(labels),
    ...(artifacts === undefined || artifacts.length === 0 ? {} : { artifacts }),
  })
}
