export { answerGraph } from './answer-graph.ts'
export { assembleGraph } from './assemble-graph.ts'
export { cancelGraph } from './cancel-graph.ts'
export type { Channel, ChannelUpdate, ChannelValues, Reducer } from './channel.ts'
export { findProblems } from './check-graph.ts'
export { defineGraph } from './define-graph.ts'
export { defineState, type StateDefinition, type ValuesOf } from './define-state.ts'
export { dueGraphs } from './due-graphs.ts'
export { type Choice, type Edge, end, type Send } from './edge.ts'
export { forkGraph } from './fork-graph.ts'
export type { GraphBuilder } from './graph-builder.ts'
export type { GraphEntry, GraphEntryData, GraphEntryType, StepEnd, TaskPath } from './graph-entries.ts'
export { type GraphEvent, isLiveGraphEvent, type LiveGraphEvent } from './graph-event.ts'
export type { GraphOutcome, GraphState, Held, NextTask, ScopeState, Task, Wait } from './graph-state.ts'
export type { Graph, GraphParts, NodeTypeMap, NodeTypes } from './graph.ts'
export { graphMermaid, type MermaidOptions } from './mermaid.ts'
export { messagesChannel } from './messages-channel.ts'
export type { NodeFailure, NodeFailureKind } from './node-failure.ts'
export type {
  AgentNode,
  AgentResult,
  EffectOptions,
  FunctionNode,
  NodeContext,
  NodeDefinition,
  NodeOptions,
  NodeRetry,
  PersonNode,
  SignalNode,
  SubgraphNode,
  TakesInput,
  TimeNode,
  WaitNode,
} from './node.ts'
export { type GraphPosition, graphState } from './read-graph.ts'
export { append, mergeById, sum, union } from './append-and-merge.ts'
export type { Decided } from './run-decision.ts'
export { resumeGraph, runGraph } from './run-graph.ts'
export type { ResumeOptions, RunOptions } from './run-options.ts'
export type { SignalSender } from './send-signal.ts'
export { signalGraph } from './signal-graph.ts'
export { stateFold } from './state-fold.ts'
export { channelEntry, type ChannelChange, updateChannels } from './update-channels.ts'
