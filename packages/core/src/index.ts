export type { StandardSchemaV1 } from '@standard-schema/spec'

export type { AgentEntry, AgentEntryData, AgentEntryType, RunFailure } from './agent-entries.ts'
export type { AgentRole } from './agent-role.ts'
export { type AgentEvent, type AgentEventMap, type AgentEventType, isLive } from './agent-event.ts'
export type { DurableEvent, LiveEvent, LivePosition } from './agent-event.ts'
export type { ArtifactInfo, ArtifactStore, Collected } from './artifact-store.ts'
export type { AgentFact, AgentKeeper, BesideFacts, CallThread, KnownAgent } from './call-thread.ts'
export { canonicalJson } from './canonical-json.ts'
export type {
  Append,
  Checkpoint,
  Checkpointer,
  CheckpointSummary,
  Commit,
  Erasure,
  Flush,
} from './checkpointer.ts'
export type {
  Origin,
  Page,
  Pruning,
  Receipt,
  ThreadRewound,
  ThreadSummary,
  ThreadView,
} from './checkpointer.ts'
export { type Clock, type Milliseconds, startAlarm, systemClock, type Timestamp } from './clock.ts'
export type { ContextPolicy, ContextSituation } from './context-policy.ts'
export type {
  Answer,
  Approval,
  Decision,
  GuardedArgument,
  GuardedCall,
  Mode,
  Policy,
  Reason,
} from './decision.ts'
export type { FindOrigins, ValueOrigin } from './decision.ts'
export {
  type AgentBudget,
  type AgentEnd,
  type AgentEnded,
  agentEndedId,
  type AgentSpent,
} from './delegation.ts'
export type { Delegation, DelegationLink, StartedAgent } from './delegation.ts'
export type { Embed } from './embed.ts'
export type { Actor, Entry, NewEntry } from './entry.ts'
export type { ErrorCode } from './error-code.ts'
export { createEventEmitter, type EventEmitter } from './event-emitter.ts'
export { failpoint, type FailpointName } from './failpoint.ts'
export type { Fetch, FetchMiddleware } from './fetch-middleware.ts'
export type { ObserveCall, ObservedCall } from './observed-call.ts'
export type { Fold, FoldId, FoldRef, StoredSnapshot } from './fold.ts'
export type { Guard } from './guard.ts'
export type { Guidance, GuidanceSituation, GuidanceText } from './guidance.ts'
export type { HookEvent, HookEventType, Hooks, HookSituation, HookVerdict } from './hook.ts'
export type { ArtifactHash, CallId, CallKey, EntryId, Hash, LeaseToken, NewId, RunId } from './identifiers.ts'
export type { Sequence, SignalId, ThreadId } from './identifiers.ts'
export type { JsonObject, JsonPointer, JsonValue } from './json.ts'
export { type ErrorDetails, KeepupError } from './keepup-error.ts'
export type { Key, KeyRing } from './key-ring.ts'
export { covers, integrities, type Integrity, joinLabels, joinTable, type Label, labelAt } from './label.ts'
export { type LabelTable, lostLabel, type SourceId, trustedLabel } from './label.ts'
export type { Lease, Owner } from './lease.ts'
export type { LimitName, Limits, RunOutcome } from './limits.ts'
export type { LiveChannel } from './live-channel.ts'
export type { AssistantMessage, FilePart, Message, MessageList, ReasoningPart, TextPart } from './message.ts'
export type { ToolCallPart, ToolMessage, ToolResultPart, UserMessage } from './message.ts'
export {
  addUsage,
  costOf,
  type FinishReason,
  type Model,
  type ModelEvent,
  type ModelFailure,
} from './model.ts'
export { type ModelFailureKind, type ModelRequest, type Money, noUsage, type Price } from './model.ts'
export type { ToolDefinition, Usage } from './model.ts'
export type { AnswerForm, PersonAnswer, PersonQuestion } from './person-question.ts'
export type { ProcessTable } from './process-table.ts'
export type { RunAgent, RunRequest } from './run-agent.ts'
export type { ModelFacts, RecoveryThresholds, RetryPolicy, RunSettings } from './run-settings.ts'
export type { ContainedProgram, Sandbox, SandboxDescription, SandboxedProgram } from './sandbox.ts'
export type { SandboxProfile, SandboxPromise } from './sandbox.ts'
export type { Channel, NewSignal, PendingSignal, SignalReceipt } from './signal.ts'
export type { CallSituation, FinishedCall, PreparedCall, ReadyCall, RunTool } from './tool-coordinator.ts'
export type { ToolCoordinator, ToolPolicy } from './tool-coordinator.ts'
export type {
  Effect,
  OutputLabels,
  Concurrency,
  Repeat,
  SinkKind,
  StartedProcess,
  StoodForCall,
  Tool,
  ToolCall,
  ToolContext,
} from './tool.ts'
export type { ToolInput, ToolOutcome, ToolOutput } from './tool.ts'
export { type Transaction, transactionBrand } from './transaction.ts'
export type { FileChange, MergeReport, Workspace } from './workspace.ts'
