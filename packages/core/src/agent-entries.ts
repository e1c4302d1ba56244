import type { Milliseconds } from './clock.ts'
import type { Answer, Reason } from './decision.ts'
import type { AgentEnd, AgentSpent, Delegation, StartedAgent } from './delegation.ts'
import type { Entry } from './entry.ts'
import type { ErrorCode } from './error-code.ts'
import type { HookEventType } from './hook.ts'
import type { CallId, CallKey, Hash, LeaseToken, RunId, Sequence, SignalId, ThreadId } from './identifiers.ts'
import type { Owner } from './lease.ts'
import type { LimitName, RunOutcome } from './limits.ts'
import type { AssistantMessage, Message, UserMessage } from './message.ts'
import type { FinishReason, ModelFailure, Money, ToolDefinition, Usage } from './model.ts'
import type { AnswerForm } from './person-question.ts'
import type { RunSettings } from './run-settings.ts'
import type { Channel } from './signal.ts'
import type { Effect, Repeat, StartedProcess, ToolOutcome } from './tool.ts'
import type { FileChange } from './workspace.ts'

/** What every entry of an agent's thread holds, by type. Adding an optional field keeps `version`; anything else raises it. */
export interface AgentEntryData {
  /** A run began. */
  'run-started': {
    readonly run: RunId
    readonly token: LeaseToken
    readonly owner: Owner
    readonly settings: RunSettings
  }
  /** Another process, or the same one later, took the run over. */
  'run-resumed': {
    readonly run: RunId
    readonly token: LeaseToken
    readonly owner: Owner
    readonly settings: RunSettings
    /** Calls that had begun and not ended. */
    readonly open: readonly CallKey[]
    /** Processes of those calls that were still alive, and what was done with them. */
    readonly processes: readonly { readonly pid: number; readonly end: 'ended' | 'gone' | 'survives' }[]
  }
  /** What every prompt begins with from here on: recorded whole, and only when it changed. */
  'instructions-changed': { readonly system: string; readonly tools: readonly ToolDefinition[] }
  /** What was read about the place where the agent works, each with its label at `/texts/INDEX`: the model is told, and told again when it is compacted away. */
  'guidance-read': {
    readonly run: RunId
    /** Empty where a path says nothing any more. */
    readonly texts: readonly { readonly path: string; readonly text: string }[]
  }
  'user-message': { readonly message: UserMessage; readonly delivery: 'message' | 'steer' }
  /** Somebody interrupts the run: what is under way is aborted and recorded, then the run finishes. */
  'run-interrupted': { readonly run: RunId; readonly reason: string }
  /** Somebody asks the run to wrap up: one last turn without tools, then it finishes. */
  'run-stopping': { readonly run: RunId; readonly reason: string }
  /** A signal that could not be heeded. */
  'signal-declined': {
    readonly signal: SignalId
    readonly channel: Channel
    readonly kind: string
    readonly data: unknown
    readonly reason: string
  }
  /** The runtime speaks to the model. */
  'system-warning': {
    readonly text: string
    readonly about: LimitName | 'stop' | 'answer' | 'agents'
    /** It opens the reserved last turn. */
    readonly final?: true
  }
  'model-called': {
    readonly run: RunId
    /** The turn it belongs to, from 1. */
    readonly turn: number
    /** From 1, within the turn. */
    readonly attempt: number
    readonly model: string
    /** H(everything that was sent). */
    readonly request: Hash
    readonly toolChoice: 'auto' | 'none'
    /** The most this call may cost, reserved until it is settled. */
    readonly reserved?: { readonly tokens: number; readonly money: Money }
  }
  'model-failed': {
    readonly attempt: number
    readonly model: string
    readonly failure: ModelFailure
    /** What follows: the same model after `delay`, the next model, or nothing. */
    readonly next: 'retry' | 'fallback' | 'give-up'
    readonly delay?: Milliseconds
    readonly usage?: Usage
    readonly cost?: Money
  }
  'assistant-message': {
    readonly message: AssistantMessage
    readonly model: string
    readonly reason: FinishReason
    readonly usage: Usage
    readonly cost: Money
    /** Where money is not known, `cost` is 0 and this is true. */
    readonly unpriced?: true
  }
  'approval-requested': {
    readonly approval: string
    readonly call: CallId
    readonly key: CallKey
    readonly tool: string
    readonly digest: Hash
    /** What an allowing answer lets run, only where it differs from what the model asked for. */
    readonly input?: unknown
    /** Where its commands would start, only where that is not the workspace. */
    readonly folder?: string
    readonly question: string
    readonly reasons: readonly Reason[]
    readonly effects: readonly Effect[]
    /** The agent asks for words, not for leave: the answer is the `message` of an allowing one. */
    readonly wants?: AnswerForm
  }
  'approval-answered': Answer & {
    readonly key: CallKey
    /** False where the call changed since it was asked: it is asked anew. */
    readonly valid: boolean
  }
  /** Intent, before anything happens. */
  'tool-started': {
    readonly call: CallId
    readonly key: CallKey
    readonly tool: string
    /** Only where it differs from what the model asked for. */
    readonly input?: unknown
    readonly repeat: Repeat
    /** It runs beside others although it is not safe to repeat. */
    readonly shared?: true
    readonly effects: readonly Effect[]
    /** The lease token under which it runs: hand it on as a fencing token. */
    readonly epoch: LeaseToken
    /** From 1; more than one only for calls that may be repeated. */
    readonly attempt: number
    /** Why it runs unasked, where policies said. */
    readonly reasons?: readonly Reason[]
  }
  'process-started': { readonly key: CallKey; readonly process: StartedProcess; readonly started: string }
  'tool-finished': {
    readonly call: CallId
    readonly key: CallKey
    readonly tool: string
    readonly outcome: ToolOutcome
    /** A hook wanted the run to end here, for this reason. */
    readonly stop?: string
  }
  /** The call goes on once questions of other threads are answered: it is run again when the run is resumed. */
  'tool-suspended': { readonly key: CallKey; readonly approvals: readonly string[] }
  /** The thread of an agent begins, or begins again: another agent started it. */
  'agent-delegated': Delegation
  /** The one that started it has let it go: from here on it is a thread like any other, and what it uses is its own. */
  'agent-released': { readonly agent: ThreadId; readonly attempt: number }
  /** An agent was started by a call of this thread, in one commit with the beginning of its own. Its budget is set aside. */
  'agent-spawned': StartedAgent
  /** An agent that was started here has ended: what it used is counted, the rest of its budget is free again. */
  'agent-settled': {
    readonly agent: ThreadId
    readonly key: CallKey
    readonly attempt: number
    readonly end: AgentEnd
    readonly spent: AgentSpent
    /** Nobody was waiting for it: the model is told. */
    readonly told?: true
  }
  /** A call waits for these agents, until it ends. */
  'agents-awaited': { readonly key: CallKey; readonly agents: readonly ThreadId[] }
  /** What hooks said at a moment that is no call of a tool; those of a call show in its own entries. */
  'hook-reported': {
    readonly run: RunId
    readonly moment: HookEventType
    /** What the model is told of it. */
    readonly context?: readonly string[]
    /** The moment was refused, for this reason. */
    readonly denied?: string
    /** The run is to end, for this reason. */
    readonly stop?: string
  }
  /** The files of the workspace were kept, or could not be. Rewinding to an entry may bring back the files of the last such one before it. */
  'workspace-snapshotted': {
    readonly run: RunId
    /** Before the first call of a run that may change files, or after such calls. */
    readonly moment: 'before' | 'after'
    /** The snapshot. Without it, `failed` says why there is none. */
    readonly id?: Hash
    readonly failed?: string
    /** Since the snapshot before in this thread, at most 500. */
    readonly changes?: readonly FileChange[]
    /** How many changes more there were. */
    readonly more?: number
    /** What the snapshot does not hold, at most 50. */
    readonly uncovered?: readonly { readonly path: string; readonly reason: string }[]
  }
  /** The run waits and may be gone on with by any process. */
  'run-waiting': { readonly run: RunId; readonly approvals: readonly string[] }
  'run-finished': {
    readonly run: RunId
    readonly outcome: RunOutcome
    /** The final answer. */
    readonly text: string
    /** This and what follows count what the agents that it started used. */
    readonly turns: number
    readonly usage: Usage
    readonly cost: Money
    /** How many agents it started, and those below them; none when left out. */
    readonly agents?: number
    /** Calls that were denied because nobody could be asked. */
    readonly unattendedDenials: number
  }
  'thread-rewound': { readonly to: Sequence }
  /** The first `replaced` messages give way to `by` in what the model is shown. The log keeps them. */
  'context-compacted': { readonly replaced: number; readonly by: readonly Message[] }
  'thread-tagged': {
    readonly tag: string
    readonly at: Sequence
    /** The tag is taken away. */
    readonly removed?: true
  }
  /** From here on the agent works in this folder, wherever the thread is gone on with: a fork with files of its own. */
  'workspace-bound': { readonly folder: string }
}

/** The types of an agent's thread. */
export type AgentEntryType = keyof AgentEntryData

/** One entry of an agent's thread, with its data typed. */
export type AgentEntry<Type extends AgentEntryType = AgentEntryType> = {
  [T in Type]: Entry<T, AgentEntryData[T]>
}[Type]

/** How a run that could not go on says why, in an entry or an exit. */
export interface RunFailure {
  readonly code: ErrorCode
  readonly message: string
}
