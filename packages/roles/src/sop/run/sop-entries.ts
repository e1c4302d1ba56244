import type {
  AgentEntryData,
  CallKey,
  Entry,
  FileChange,
  Hash,
  LeaseToken,
  Milliseconds,
  Money,
  RunId,
  RunOutcome,
  StartedProcess,
  ThreadId,
} from '@keepup/core'

import type { Sop } from '../definition/sop.ts'
import type { Finding } from '../findings/finding.ts'
import type { MachineEnd, MachineEvent } from '../machine/sop-machine.ts'
import type { Evidence, TransitionRequest } from './evidence.ts'

/** What an agent's work used. */
export interface Spent {
  readonly tokens: number
  readonly cost: Money
  readonly wall: Milliseconds
  readonly toolCalls: number
  readonly turns: number
}

/** Calls of one tool that ended well in one stretch of work, and how many of them after the last call that may have changed files. */
export interface CountedCalls {
  readonly tool: string
  readonly count: number
  readonly sinceEdit: number
}

/** A question to a person, before it is asked. */
export type Question = Pick<
  AgentEntryData['approval-requested'],
  'effects' | 'question' | 'reasons' | 'wants'
> & {
  readonly approval: string
  readonly key: CallKey
  /** What an answer holds for. */
  readonly digest: Hash
  /** The tool, or `sop-gate`, `sop-budget`, `sop-input`. */
  readonly tool: string
  readonly input: unknown
  /** Whose answers count. */
  readonly approvers?: readonly string[]
}

/** What every entry of a procedure's thread holds, by type. */
export interface SopEntryData {
  /** The whole procedure, so that a file that changes later changes nothing. */
  'sop-started': {
    readonly run: RunId
    readonly token: LeaseToken
    readonly sop: Sop
    readonly task: string
    /** The folder that its agents work in, absolute. */
    readonly folder: string
    /** The files as they were. */
    readonly tree: Hash
    /** Whether every command of a gate is shown to a person before it is first run, whatever the mode. */
    readonly askCommands: boolean
  }
  /** Another process, or the same one later, goes on. `ended`: processes of gates that were still running. */
  'sop-resumed': { readonly run: RunId; readonly token: LeaseToken; readonly ended: number }
  /** The files are kept, what is to be watched was read: the agent may work. */
  'phase-entered': {
    readonly phase: string
    readonly visit: number
    readonly tree: Hash
    /** Contents of what any `mustNotChange` names, by path; once after each phase that passed. */
    readonly watched?: Readonly<Record<string, Hash>>
  }
  /** The findings that a gate with a baseline compares with. */
  'baseline-taken': { readonly gate: string; readonly findings: readonly Finding[] }
  /** Before a gate's command begins. */
  'gate-began': {
    readonly gate: string
    readonly key: CallKey
    readonly run: readonly string[]
    readonly once: boolean
  }
  'gate-process-started': { readonly key: CallKey; readonly process: StartedProcess }
  'gate-finished': { readonly key: CallKey; readonly evidence: Evidence }
  'approval-requested': AgentEntryData['approval-requested'] & { readonly approvers?: readonly string[] }
  'approval-answered': AgentEntryData['approval-answered']
  /** The time for an answer is over. */
  'approval-expired': { readonly approval: string; readonly escalated: boolean }
  /** An agent is told what to do. */
  'work-began': { readonly branch: string; readonly thread: ThreadId }
  'work-ended': {
    readonly branch: string
    readonly outcome: RunOutcome
    readonly text: string
    readonly request?: TransitionRequest
    readonly calls: readonly CountedCalls[]
    readonly spent: Spent
  }
  /** A branch has a working tree of its own. */
  'branch-opened': { readonly branch: string; readonly folder: string; readonly from: Hash }
  /** The files of a branch that passed were brought into the procedure's. */
  'branch-merged': {
    readonly branch: string
    /** All files of the branch. */
    readonly tree: Hash
    /** At most 1,000 of them. */
    readonly merged: readonly FileChange[]
    /** What stayed as the procedure had it. Where there is any, the branch's folder stays as well. */
    readonly conflicts: readonly { readonly path: string; readonly reason: string }[]
  }
  /** The files of a branch are not merged. `tree` has them all; left out where nothing of them could be found. */
  'branch-left': { readonly branch: string; readonly tree?: Hash }
  /** An edit that its gates let stand. */
  'edit-kept': { readonly tree: Hash }
  /** An edit that was undone, or files that were brought back on a failure. `undo` has what was there. */
  'files-restored': { readonly to: Hash; readonly undo: Hash; readonly reason: 'edit' | 'rollback' }
  /** The machine moved, on what the runtime found out. */
  'transition-taken': {
    readonly event: MachineEvent
    readonly from: string
    readonly to: string
    /** The files for which it holds. */
    readonly tree: Hash
    /** The files to bring back before anything else. */
    readonly restore?: Hash
    /** What the next agent is told of it. */
    readonly feedback?: string
    readonly notBefore?: number
  }
  /** The run waits for answers and may be gone on with by any process. */
  'sop-waiting': {
    readonly run: RunId
    readonly approvals: readonly string[]
    readonly threads: readonly ThreadId[]
  }
  /** The run stopped where it stands: an interrupt, a model that does not answer. It can be gone on with. */
  'sop-halted': { readonly run: RunId; readonly reason: string; readonly code: string }
  'sop-finished': { readonly run: RunId; readonly end: MachineEnd; readonly spent: Spent }
  'signal-declined': {
    readonly signal: string
    readonly channel: string
    readonly kind: string
    readonly data: unknown
    readonly reason: string
  }
}

/** The types of a procedure's thread. */
export type SopEntryType = keyof SopEntryData

/** One entry of a procedure's thread, with its data typed. */
export type SopEntry<Type extends SopEntryType = SopEntryType> = {
  [T in Type]: Entry<T, SopEntryData[T]>
}[Type]
