import type { OpenThread } from '@keepup/checkpoint'
import {
  type AgentEvent,
  KeepupError,
  type LabelTable,
  type LiveEvent,
  type Model,
  type RunSettings,
  type Sequence,
  type ToolCoordinator,
} from '@keepup/core'

import type { AgentState, RunState } from './agent-state.ts'
import type { InlineFiles } from './file-inliner.ts'
import type { GuardWatch } from './guard-watch.ts'
import type { Journal } from './journal.ts'
import type { LoopParts } from './loop-parts.ts'
import type { PromptBuilder } from './prompt-builder.ts'

/** One process at work on one thread: what the steps of the loop share. */
export interface Session {
  readonly parts: LoopParts
  readonly thread: OpenThread<AgentState>
  readonly journal: Journal
  /** The coordinator, held to its promises. */
  readonly tools: ToolCoordinator
  /** What the guards know; nothing where there are none. */
  readonly guards?: GuardWatch
  readonly prompt: PromptBuilder
  readonly inlineFiles: InlineFiles
  /** Aborted on interrupt and on a lost lease: whatever is under way ends. */
  readonly abort: AbortController
  /** What this run was asked to keep to. */
  readonly settings: RunSettings
  readonly announce: (event: AgentEvent) => void
  readonly labels: SessionLabels
  /** What this process has looked at: deciding again from the same state, it need not look again. */
  readonly seen: {
    /** The last call after which the files were looked at. */
    files?: Sequence
    /** The run for which guidance was read. */
    guidance?: string
  }
}

/** Labels of what the loop itself writes. */
export interface SessionLabels {
  /** Of the runtime's own words. */
  readonly runtime: LabelTable
  /** Of what the model writes: the join of everything it was shown. */
  exposure(): LabelTable
}

/** The run under way. */
export function currentRun(session: Session): RunState {
  const { run } = session.journal.state
  if (run === undefined)
    throw new KeepupError('internal', 'The loop needs a run, and none was started. Please report this.')
  return run
}

/** Lets what came from outside before the next step come before it. Nothing to wait for, hence no promise, but in a replay. */
export function awaitOrder({ parts: { inOrder }, journal }: Session): Promise<void> | undefined {
  return inOrder === undefined ? undefined : journal.flush().then(() => inOrder())
}

/** The model in use: the first one, or the fallback the run came to. */
export function currentModel({ parts, journal }: Session): Model {
  return parts.models[journal.state.run?.modelIndex ?? 0] ?? parts.models[0]
}

type Unplaced<Event> = Event extends LiveEvent
  ? Omit<Event, 'live' | 'thread' | 'stream' | 'after' | 'offset'>
  : never

/** Announces live events of one stream, each with its place. */
export function liveStream(session: Session, stream: string): (event: Unplaced<LiveEvent>) => void {
  let offset = 0
  const after = session.thread.head
  return (event) => {
    session.announce({ live: true, thread: session.thread.thread, stream, after, offset, ...event })
    offset += 1
  }
}
