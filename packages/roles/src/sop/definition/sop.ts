import type { JsonObject, Milliseconds } from '@keepup/core'

import type { Gate, PathPattern } from './gate.ts'

/** Which tools a phase may use, by name or pattern. Enforced where calls are decided, not by the prompt. */
export interface PhaseTools {
  /** All that the host has when left out. */
  readonly allow?: readonly string[] | undefined
  readonly deny?: readonly string[] | undefined
  /** Which files calls may write or delete; all when left out. What commands changed is held against it before the phase is left. */
  readonly edit?: readonly PathPattern[] | undefined
}

/** What a phase, or all of a procedure, may use. */
export interface SopBudget {
  readonly tokens?: number | undefined
  readonly usd?: number | undefined
  /** Time in which agents work. */
  readonly wallMs?: Milliseconds | undefined
  readonly toolCalls?: number | undefined
  readonly turns?: number | undefined
}

/** Which files to bring back: those before the last edit that was kept, before the phase was entered, before another phase was. */
export type Rollback = 'none' | 'edit' | 'phase' | { readonly to: string }

/** Where failing leads. */
export interface FailTarget {
  /** The same phase when left out. */
  readonly goto?: string | undefined
  /** `none` when left out. */
  readonly rollback?: Rollback | undefined
  /** What the agent is told of it: the findings, or the end of each output as well. `findings` when left out. */
  readonly feedback?: 'findings' | 'full' | undefined
}

/** How often a phase may fail before it passes. */
export interface PhaseRetries {
  /** 3 when left out: the fourth failure exhausts it. */
  readonly max?: number | undefined
  /** So many failures for the very same reason, one after the other, exhaust it; 3 when left out. */
  readonly sameErrorMax?: number | undefined
  /** How long to wait before the next attempt; doubled with each. */
  readonly backoffMs?: Milliseconds | undefined
}

/** What one agent does, and what must hold afterwards. */
export interface SopWork {
  readonly prompt?: string | undefined
  readonly role?: string | undefined
  readonly model?: string | undefined
  readonly skills?: readonly string[] | undefined
  readonly tools?: PhaseTools | undefined
  readonly exit?: readonly Gate[] | undefined
  /** What must be handed over with `request_transition`: a JSON Schema for each name. */
  readonly produces?: Readonly<Record<string, JsonObject>> | undefined
  readonly retries?: PhaseRetries | undefined
  readonly budget?: SopBudget | undefined
}

/** How many branches must pass. */
export type Join = 'all' | 'any' | { readonly quorum: number }

/** A step of a procedure. */
export interface SopPhase extends SopWork {
  readonly entry?: readonly Gate[] | undefined
  readonly on?:
    | {
        readonly pass: string
        readonly fail?: FailTarget | undefined
        /** Where a phase leads that failed too often or used its budget; the procedure fails when left out. */
        readonly exhausted?: string | undefined
        /** Where the agent's question leads; a person is asked when left out. */
        readonly needsInput?: string | undefined
        /** Where changes of branches lead that could not be merged; it is a failure when left out. */
        readonly conflict?: string | undefined
      }
    | undefined
  /** Run after each call that changed files: where they fail, the files are as before the call. */
  readonly onEdit?: { readonly gates: readonly Gate[] } | undefined
  /** Several agents at once. They read, unless `isolation` gives each its own files: a phase whose branches change files fails otherwise. */
  readonly parallel?: Readonly<Record<string, SopWork>> | undefined
  /** `worktree`: each branch works, and its gates look, in a working tree of its own. Those of branches that passed are merged in the order in which they stand here. `none` when left out. */
  readonly isolation?: 'none' | 'worktree' | undefined
  /** `all` when left out. */
  readonly join?: Join | undefined
  /** A conversation of its own for each visit, where the procedure's phases of a role share one otherwise. */
  readonly session?: 'shared' | 'fresh' | undefined
  /** The procedure ends here: as completed, or as failed. */
  readonly final?: boolean | 'completed' | 'failed' | undefined
}

/** A standard operating procedure, as data: phases, and the gates between them. */
export interface Sop {
  /** For editors. */
  readonly $schema?: string | undefined
  readonly id: string
  readonly version: number
  readonly description?: string | undefined
  readonly initial: string
  /** Commands by name, so that a project can replace them. */
  readonly commands?: Readonly<Record<string, readonly string[]>> | undefined
  readonly phases: Readonly<Record<string, SopPhase>>
  /** Hold before every phase is left. */
  readonly invariants?: readonly Gate[] | undefined
  readonly budget?: SopBudget | undefined
  /** `fail` when left out; `ask` asks a person for as much again; `degrade` leaves the phase as an exhausted one. */
  readonly onBudget?: 'fail' | 'ask' | 'degrade' | undefined
  /** How often phases may change; 200 when left out. */
  readonly maxTransitions?: number | undefined
}

/** How the procedure ends where a phase is entered; nothing where it goes on. */
export function endOf({ final }: Pick<SopPhase, 'final'>): 'completed' | 'failed' | undefined {
  if (final === undefined || final === false) return undefined
  return final === 'failed' ? 'failed' : 'completed'
}
