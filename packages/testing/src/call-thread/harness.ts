import type { CallThread, Checkpointer, Limits, ThreadId, Tool, ToolContext } from '@keepup/core'

/** How a run stands that an implementation was asked for. */
export interface CallRun {
  /** `waiting`: it can be resumed. */
  readonly end: 'completed' | 'failed' | 'waiting'
}

/** A run that a suite wants: an agent that a person starts, whose model calls a tool once and then answers. */
export interface WantedRun {
  readonly thread: ThreadId
  /** The tool, which takes an empty object. */
  readonly tool: Tool
  /** What the person says; left out to go on with a thread that waits. */
  readonly input?: string
  readonly limits?: Limits
}

/** What the suite needs of whoever runs the calls of a thread. */
export interface CallThreadHarness {
  /** A store, and what runs agents on it. Asked anew for each sentence. */
  readonly open: () => Promise<{
    readonly checkpointer: Checkpointer
    readonly run: (wanted: WantedRun) => Promise<CallRun>
    readonly close?: () => Promise<void>
  }>
  /** Puts something between the thread and the call: for trying the suite itself. */
  readonly wrap?: (thread: CallThread, context: ToolContext) => CallThread
}
