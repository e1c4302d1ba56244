import type { FindOrigins, Mode, Policy, Reason } from './decision.ts'
import type { ArtifactHash, CallKey, Hash } from './identifiers.ts'
import type { JsonValue } from './json.ts'
import type { Label, LabelTable } from './label.ts'
import type { ToolDefinition } from './model.ts'
import type { AnswerForm } from './person-question.ts'
import type { Concurrency, Effect, Repeat, ToolCall, ToolContext, ToolOutcome } from './tool.ts'

/** What the coordinator is told of the moment of a call. */
export interface CallSituation {
  readonly mode: Mode
  /** The join of everything the model was shown. */
  readonly exposure: Label
  /** Where the commands of the thread start, absolute; the workspace when left out. */
  readonly folder?: string
  /** Aborted when the run is interrupted: preparing stops. */
  readonly signal: AbortSignal
  /** Resolves once everything that led to this call is durable: await it before anything leaves the process (a hook's command, a request). */
  readonly recorded?: () => Promise<void>
  /** Narrows the tools of this call: a phase's list, a role's. */
  readonly toolPolicy?: ToolPolicy
  /** Asked of this call beside the coordinator's own policies: those that know what happened in the thread. */
  readonly policies?: readonly Policy[]
  /** Stands in for the coordinator's own. */
  readonly findOrigins?: FindOrigins
}

/** Which tools may be used now. */
export type ToolPolicy = (tool: string) => boolean

/** A call that passed validation and decision and can be run. Nothing has happened yet. */
export interface ReadyCall {
  readonly repeat: Repeat
  /** `shared` where `repeat` is `safe`, else `exclusive`, when left out. */
  readonly concurrency?: Concurrency
  readonly effects: readonly Effect[]
  /** The input after repair and rewriting, as it will be run. */
  readonly input: JsonValue
  /** H(tool pin, canonical input, effects, exposure, folder). */
  readonly digest: Hash
  /** Why it may run unasked, where policies said. */
  readonly reasons?: readonly Reason[]
  /** Whether `reconcile` can tell what happened after a crash. */
  readonly reconcilable: boolean
  /** Runs it, bounded in time and output. Never rejects. `labels` are those of the output. */
  run(context: ToolContext): Promise<FinishedCall>
  /** Asks the tool whether it happened. Never rejects; `unknown` where the tool cannot tell. */
  reconcile(context: ToolContext): Promise<FinishedCall>
}

/** An outcome with the provenance of what it shows the model. */
export interface FinishedCall {
  readonly outcome: ToolOutcome
  readonly labels: LabelTable
  /** Artifacts that the outcome names, stored already: list them in the header of the entry that records it. */
  readonly artifacts?: readonly ArtifactHash[]
  /** A hook wants the run to end, for this reason. */
  readonly stop?: string
}

/** What preparing a call came to: it may run, a person must be asked first, or it ended already (invalid, unknown tool, denied). */
export type PreparedCall =
  | ({ readonly type: 'ready' } & ReadyCall)
  | {
      readonly type: 'ask'
      readonly question: string
      readonly reasons: readonly Reason[]
      /** The call asks for words, not for leave: it is run with the answer. */
      readonly wants?: AnswerForm
      /** What an allowing answer leads to. */
      readonly ready: ReadyCall
    }
  | ({ readonly type: 'refused' } & FinishedCall)

/** The one path that every call takes. The loop records; the coordinator validates, decides, runs, bounds and labels. */
export interface ToolCoordinator {
  /** What the model is told, sorted by name; the same array as long as nothing changed. */
  definitions(policy?: ToolPolicy): readonly ToolDefinition[]
  /** validate → hooks → policies. Has no effect on the outside. Never rejects. */
  prepare(call: ToolCall, situation: CallSituation): Promise<PreparedCall>
}

/** Runs one call through the whole path, approval and recording included, for gates and workflows that call tools themselves. */
export type RunTool = (
  call: { readonly name: string; readonly input: JsonValue; readonly key: CallKey },
  signal: AbortSignal,
) => Promise<FinishedCall>
