import type { Mode } from './decision.ts'
import type { Limits } from './limits.ts'
import type { ToolPolicy } from './tool-coordinator.ts'

/** Who an agent is that others may start: the least that starting one needs. */
export interface AgentRole {
  /** What a model calls it by: `[a-z0-9][a-z0-9-]*`, at most 64 characters. Unique among those that are offered together. */
  readonly name: string
  /** When to use it, for the model that chooses: a sentence or two. */
  readonly description: string
  /** The system prompt. Keep it the same from run to run: it is the beginning of every prompt. */
  readonly system: string
  /** Which of the tools at hand it is given; all when left out. */
  readonly tools?: ToolPolicy
  /** The model, as whoever composes the agents names it; that of the one who starts it when left out. */
  readonly model?: string
  /** The most that one of this role may use, whatever its task. It never gets more than is left to the one who starts it. */
  readonly limits?: Limits
  /** The most that it may do by itself. It never may do more than the one who starts it. */
  readonly mode?: Mode
  /** Whether it may change files. One that may works in a tree of its own unless it is told otherwise; true when left out. */
  readonly writes?: boolean
  /** Whom it may start in turn, by their role; anybody when left out. */
  readonly mayStart?: (role: string) => boolean
  /** What is done when it fails: it is started again so often, then given up, or the one who started it ends as well. Given up at once when left out. */
  readonly supervision?: { readonly restarts: number; readonly otherwise: 'give-up' | 'escalate' }
}
