import {
  type AgentEntryData,
  type AgentSpent,
  type CallKey,
  type Delegation,
  type Hash,
  type KnownAgent,
  type Label,
  type LeaseToken,
  type LimitName,
  type ModelFailure,
  type Money,
  noUsage,
  type Repeat,
  type RunId,
  type RunOutcome,
  type RunSettings,
  type Sequence,
  type StartedProcess,
  type ThreadId,
  type Timestamp,
  type ToolCallPart,
  type ToolDefinition,
  type ToolOutcome,
  trustedLabel,
  type Usage,
  type UserMessage,
} from '@keepup/core'

import { MessageChain } from './message-chain.ts'

/** Where an agent stands. `running` in a log that nobody appends to means: its process died. */
export type AgentStatus = 'idle' | 'running' | 'waiting' | 'finished'

/** A question that was asked about a call. */
export interface OpenApproval {
  readonly id: string
  readonly digest: Hash
  /** Where it was asked. */
  readonly sequence: Sequence
  readonly question: string
  readonly answer?: {
    readonly allow: boolean
    readonly message?: string
    /** How far the words can be trusted. */
    readonly label?: Label
  }
}

/** One call of the present turn. */
export interface OpenCall {
  readonly key: CallKey
  readonly part: ToolCallPart
  /** The question that was asked about it, newest. */
  readonly approval?: OpenApproval
  readonly started?: {
    readonly sequence: Sequence
    readonly repeat: Repeat
    readonly attempt: number
    /** How often the run was resumed while the call was open: so often a process ended in the middle of it. */
    readonly resumed: number
  }
  readonly processes: readonly StartedProcess[]
  /** Questions of other threads that must be answered before it goes on. */
  readonly suspended?: readonly string[]
  /** Agents that it waits for. */
  readonly awaits?: readonly ThreadId[]
  readonly outcome?: ToolOutcome
}

/** The present turn: an assistant message whose calls are not all finished. */
export interface OpenTurn {
  readonly assistant: Sequence
  /** The thread that its calls belong to: the one that was forked, until the fork is run. */
  readonly thread: ThreadId
  /** The join of everything the model was shown when it asked for these calls. */
  readonly exposure: Label
  readonly calls: readonly OpenCall[]
  /** What hooks said meanwhile: the model is told after the results. */
  readonly notes?: readonly string[]
}

/** How often the same turn came back: see `loop-detection.ts`. */
export interface Repetition {
  /** Digests of the latest turns, newest last. */
  readonly recent: readonly Hash[]
  /** How many turns in a row, the newest included, were not news. */
  readonly stale: number
  /** How often the newest turn was made: once, and again since the last news. */
  readonly count: number
}

/** One run of the agent. */
export interface RunState {
  readonly id: RunId
  readonly startedAt: Timestamp
  /** The lease under which the process that has it began or took it over. */
  readonly lease: { readonly thread: ThreadId; readonly token: LeaseToken }
  readonly settings: RunSettings
  /** Model calls that led to an answer, the reserved last one not counted. */
  readonly turns: number
  readonly usage: Usage
  readonly cost: Money
  /** What agents that the run started used, as far as they are settled: its limits count that as well. */
  readonly delegated?: AgentSpent
  /** Which of the models is in use: 0 for the first, then its fallbacks. */
  readonly modelIndex: number
  /** Failed attempts of the present turn; those of the model in use. */
  readonly attempts: number
  readonly failures: number
  /** The call of a model that has no answer yet. */
  readonly calling?: AgentEntryData['model-called']
  readonly gaveUp?: ModelFailure
  /** What a provider said was too long, in estimated tokens: no window is larger. */
  readonly overflowed?: number
  readonly warned: readonly AgentEntryData['system-warning']['about'][]
  /** Why the reserved last turn was begun. */
  readonly closing?: LimitName | 'stop'
  readonly closingAt?: Timestamp
  /** The reserved last turn is over. */
  readonly closed?: true
  readonly interrupted?: string
  readonly stopping?: string
  /** A hook ended it: nothing begins any more, and there is no last turn. */
  readonly halted?: string
  /** A hook did not let it finish. */
  readonly continued?: true
  readonly repetition: Repetition
  readonly unattendedDenials: number
  readonly outcome?: RunOutcome
}

/** An agent that was started, and the thread that it was started in: a fork of that does not answer for it. */
export interface StartedHere extends KnownAgent {
  readonly thread: ThreadId
}

/** How an agent was started by another. */
export interface OwnDelegation extends Delegation {
  /** The one that started it waits for it no more: it is a thread like any other. */
  readonly over?: true
}

/** The beginning of every prompt. */
export interface Instructions {
  readonly system: string
  readonly tools: readonly ToolDefinition[]
}

/** What is known of the files of the workspace. */
export interface KeptFiles {
  /** The latest snapshot. */
  readonly id?: Hash
  /** The run that looked last. */
  readonly run: RunId
  /** The last look failed: the run does without. */
  readonly failed: boolean
  /** What calls may have changed since: absolute paths, or whatever there is. */
  readonly touched: readonly string[] | 'anything'
  /** The last call that may have changed any. */
  readonly touchedAt?: Sequence
}

/** What the model was told about the place where the agent works. */
export interface ToldGuidance {
  /** By path, in the order in which it was told. */
  readonly texts: Readonly<Record<string, { readonly text: string; readonly trusted: boolean }>>
  /** How many messages at the beginning of the conversation tell of it. */
  readonly lead: number
}

/** The state of an agent: the fold of its thread's entries. */
export interface AgentState {
  readonly status: AgentStatus
  /** The latest run. */
  readonly run?: RunState
  /** What every prompt begins with, and the digests of it. */
  readonly instructions?: Instructions
  /** What the model is shown: always valid for every provider. The open turn's results are added once all are there. */
  readonly messages: MessageChain
  readonly turn?: OpenTurn
  /** The join of everything the model was shown. */
  readonly exposure: Label
  /** The folder whose files the thread is bound to, if it is to one. */
  readonly workspace?: string
  /** What stays before the model when the calls that said it are compacted away, by tool: see `ToolOutput.kept`. */
  readonly kept?: Readonly<Record<string, string>>
  /** What was read about the place where the agent works. */
  readonly guidance?: ToldGuidance
  /** Files that calls touched since the model spoke: absolute paths, at most 200. */
  readonly touching?: readonly string[]
  /** Where the commands of the thread start, once a tool has said so. */
  readonly folder?: string
  /** The files of the workspace, once they were kept. */
  readonly files?: KeptFiles
  /** The agents that were started here: those of the latest run, and those that are not settled. */
  readonly agents?: readonly StartedHere[]
  /** How another agent started this one. */
  readonly delegation?: OwnDelegation
  /** Whoever started it wants it ended before its run has begun. */
  readonly cancelled?: string
  /** Tokens the next prompt is estimated to have. */
  readonly promptTokens: number
  /** Over all runs, those of agents that they started included. */
  readonly turns: number
  readonly usage: Usage
  readonly cost: Money
  readonly unpriced: boolean
  /** The beginning of the first user message. */
  readonly title?: string
  /** What was last asked of the agent. */
  readonly request?: UserMessage
  /** What people said since the model was last called: hooks may keep it from the model. */
  readonly prompts: readonly string[]
  /** The text of the latest assistant message. */
  readonly lastText: string
  /** The time of the latest entry. */
  readonly time: Timestamp
}

/** An agent to whom nothing happened yet. */
export const initialAgentState: AgentState = {
  status: 'idle',
  messages: MessageChain.empty,
  exposure: trustedLabel,
  promptTokens: 0,
  turns: 0,
  usage: noUsage,
  cost: 0,
  unpriced: false,
  prompts: [],
  lastText: '',
  time: 0,
}
