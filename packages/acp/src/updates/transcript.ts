import type { ClientCapabilities, SessionUpdate } from '@agentclientprotocol/sdk'
import type { AgentEvent, AgentEventMap, AgentEventType, Money, SignalId } from '@keepup/core'

import { callUpdates, type CallView } from './call-updates.ts'
import { messageUpdates } from './message-updates.ts'
import { noticeUpdates } from './notice-updates.ts'
import { readBefore } from './read-before.ts'
import { usageOf } from './usage.ts'

/** What a transcript is made for. */
export interface TranscriptOptions {
  readonly folder: string
  readonly client: ClientCapabilities
  /** Whether it tells what happened before: nothing of the moment is told then, and no file is looked at. */
  readonly past: boolean
  /** What the editor itself said, which it shows already; nothing when left out. */
  readonly said?: ReadonlySet<SignalId>
  /** What the thread cost before; nothing when left out. */
  readonly spent?: Money
}

/** Turns what happens in a thread into what an editor is told, in order. */
export interface Transcript {
  readonly of: (event: AgentEvent) => readonly SessionUpdate[]
  /** How a call is shown, by the model's name of it: for a question about it. */
  readonly view: (call: string) => CallView | undefined
}

type Handlers = {
  readonly [Type in AgentEventType]?: (event: AgentEventMap[Type]) => readonly SessionUpdate[]
}

/** A transcript of a thread that begins with the next event. */
export function createTranscript({ folder, client, past, said, spent = 0 }: TranscriptOptions): Transcript {
  const before = past ? () => undefined : (path: string) => readBefore(folder, path)
  const calls = callUpdates({ folder, before })
  const messages = messageUpdates(said ?? new Set())
  const notices = noticeUpdates(client, past)
  const usage = usageOf(spent)
  const handlers: Handlers = {
    'run-started': usage.begun,
    'run-resumed': usage.begun,
    'user-message': messages.said,
    'text-streamed': messages.streamed,
    'reasoning-streamed': messages.thought,
    'assistant-message': (event) => [
      ...messages.answered(event),
      ...calls.begun(event),
      ...usage.answered(event),
    ],
    'model-failed': (event) => [...usage.failed(event), ...notices.failed(event)],
    'approval-requested': calls.asked,
    'tool-started': calls.started,
    'tool-progressed': calls.progressed,
    'tool-finished': calls.finished,
    'system-warning': notices.warned,
    'hook-reported': notices.hooked,
    'context-compacted': notices.compacted,
  }
  return {
    view: calls.view,
    of(event) {
      if ('erased' in event && event.erased) return []
      // The map gives each type its own handler; TypeScript cannot follow the key through the union.
      const handler = handlers[event.type] as ((given: AgentEvent) => readonly SessionUpdate[]) | undefined
      return handler?.(event) ?? []
    },
  }
}
