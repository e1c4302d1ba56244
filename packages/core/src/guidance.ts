import type { ThreadId } from './identifiers.ts'
import type { Label } from './label.ts'

/** What somebody wrote down about how to work in a place: an `AGENTS.md`, the list of skills that are there. */
export interface GuidanceText {
  /** Where it stands: an absolute path, or another name that stays the same. What is read there later replaces it. */
  readonly path: string
  /** What it says; empty where it says nothing any more. */
  readonly text: string
  /** How far whoever wrote it is trusted. */
  readonly label: Label
}

/** What guidance is asked for. */
export interface GuidanceSituation {
  readonly thread: ThreadId
  /** What was told in the thread until now, by path. */
  readonly told: Readonly<Record<string, string>>
  /** Absolute paths of files that calls touched since the model spoke. Empty where a run begins or goes on. */
  readonly touched: readonly string[]
  /** The text of what was last asked of the agent; left out where nobody asked anything yet. */
  readonly request?: string
  readonly signal: AbortSignal
}

/** Finds what an agent is to be told about the place where it works. */
export interface Guidance {
  /**
   * Reads what is new: asked before the first call of the model of a run, and before each after calls that touched files. What it gives becomes an entry; where there
   * is nothing new it gives nothing. One that fails is told as a warning, and the run goes on without.
   */
  read(situation: GuidanceSituation): Promise<readonly GuidanceText[]>
}
