import type { Decision, GuardedArgument, GuardedCall, ValueOrigin } from './decision.ts'
import type { Entry } from './entry.ts'
import type { Fold } from './fold.ts'
import type { ToolCall } from './tool.ts'

/**
 * A policy that decides by what happened in the thread. What it knows is a fold of the thread's entries: so it survives a crash, is the same in every
 * process, and is what it was at an entry that a thread is forked at or rewound to.
 */
export interface Guard<State = unknown> {
  readonly fold: Fold<State>
  /** What is left of its knowledge where a thread was pruned to this base entry. What is lost makes it more careful, never less. */
  rebase(base: Entry): State
  /** As a `Policy`: pure; an exception counts as a denial. */
  decide(state: State, call: GuardedCall): Decision
  /** Where a value of a call stands in the thread as content that has authority; nowhere when left out. Pure; an exception counts as nowhere. */
  findOrigins?(
    state: State,
    argument: Omit<GuardedArgument, 'origins'>,
    call: ToolCall,
  ): readonly ValueOrigin[]
}
