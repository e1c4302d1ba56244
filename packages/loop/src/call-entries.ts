import type { FinishedCall, ToolCall, ToolContext, ToolOutcome } from '@keepup/core'

import type { OpenCall } from './agent-state.ts'
import { type Draft, draft } from './journal.ts'
import { toEntryLabels } from './output-labels.ts'
import { liveStream, type Session } from './session.ts'

/** What a tool may use while it runs one call. */
export function toolContext(session: Session, call: OpenCall, signal: AbortSignal): ToolContext {
  const { key, part } = call
  const publish = liveStream(session, key)
  return {
    call: toolCall(session, call),
    signal,
    clock: session.parts.clock,
    idempotencyKey: key,
    ...(session.parts.artifacts === undefined ? {} : { artifacts: session.parts.artifacts }),
    progress: (text) => publish({ type: 'tool-progressed', key, tool: part.name, text }),
    async processStarted(process) {
      await session.journal.append([
        draft('process-started', { key, process, started: process.started ?? '' }),
      ])
    },
  }
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
export function outcomeOf({ key, part }: OpenCall, { outcome, labels, artifacts }: FinishedCall): Draft {
  const data = { call: part.id, key, tool: part.name, outcome }
  return draft('tool-finished', data, {
    labels: toEntryLabels(labels),
    ...(artifacts === undefined || artifacts.length === 0 ? {} : { artifacts }),
  })
}

/** The entry of a call that the runtime itself ended. */
export function settledOutcome(session: Session, call: OpenCall, outcome: ToolOutcome): Draft {
  return outcomeOf(call, { outcome, labels: session.labels.runtime })
}
