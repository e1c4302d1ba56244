import type { AgentEvent } from '@keepup/core'

/** Tells a run in the words of another program: gives the lines that an event makes, oldest first. */
export type LineWriter = (event: AgentEvent) => readonly object[]

/** What a writer is told of the run before it begins. */
export interface RunFacts {
  readonly folder: string
  readonly model: string
  readonly mode: string
}
