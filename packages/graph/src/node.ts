import type {
  CallKey,
  Clock,
  Limits,
  Milliseconds,
  Mode,
  OutputLabels,
  PersonQuestion,
  Repeat,
  RunAgent,
  RunOutcome,
  StandardSchemaV1,
  ThreadId,
  Timestamp,
  Usage,
  UserMessage,
} from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from './channel.ts'
import type { Graph } from './graph.ts'
import type { NodeFailure } from './node-failure.ts'

/** What a node may use while it runs. */
export interface NodeContext<Input = unknown> {
  /** What it was sent, where it was sent something. */
  readonly input: Input
  /** Why it runs, where an error edge led here. */
  readonly failure?: NodeFailure
  /** Aborted on a cancel, a time-out and a lost lease: stop, leave nothing running. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Chance, as a part. In [0, 1). */
  readonly random: () => number
  readonly thread: ThreadId
  /** Its name, after those of the graphs that it is in: `review/write`. */
  readonly node: string
  /** From 1. */
  readonly attempt: number
  /** The same on every attempt and after a crash, another one on a fork: hand it to services that accept an idempotency key. */
  readonly key: CallKey
  /** Shows something while it happens: a live event `node-streamed`, never stored. */
  readonly emit: (data: unknown) => void
}

/** When to try again. */
export interface NodeRetry {
  /** How often it is tried in all. */
  readonly attempts: number
  /** Before the second attempt; 500 when left out. */
  readonly delay?: Milliseconds
  /** The next delay is so many times longer; 2 when left out. */
  readonly factor?: number
  /** No delay is longer; 30,000 when left out. */
  readonly longest?: Milliseconds
  /** The part of a delay that is left to chance, from 0 to 1; 0.2 when left out. */
  readonly jitter?: number
  /** Whether this failure is worth another attempt; every one when left out. */
  when?(failure: NodeFailure): boolean
}

/** What every kind of node may say. */
export interface NodeOptions {
  /** It runs at most so often in one run. Every loop needs such a node, or a bound of steps for the whole graph. */
  readonly visits?: number
  /** Where to go instead once it ran so often. Left out, the run ends with outcome `limit-reached`. */
  readonly otherwise?: string
  /** It waits until nothing else of its graph is to run. */
  readonly defer?: boolean
  /** What content it brings from outside. Left out: none, it only makes something of the state. */
  readonly produces?: OutputLabels
}

/** What nodes that do something may say besides. */
export interface EffectOptions extends NodeOptions {
  /**
   * Whether it may run again after a crash; `safe` when left out. `once`: its intent survives a loss of power before it begins, and it never runs twice:
   * where nobody knows whether it happened, it fails with kind `unknown`, or waits for a person's decision where no error edge leads on.
   */
  readonly repeat?: Repeat
  readonly retry?: NodeRetry
  /** For one attempt. */
  readonly timeout?: Milliseconds
}

/** What leads into a node: its schema decides what can be sent to it. Without one, edges lead here. */
export interface TakesInput<Input> {
  readonly input?: StandardSchemaV1<unknown, Input>
}

/** A function over the state. */
export interface FunctionNode<Values = ChannelValues, Input = unknown>
  extends EffectOptions, TakesInput<Input> {
  readonly kind: 'function'
  run(values: Values, context: NodeContext<Input>): ChannelUpdate<Values> | Promise<ChannelUpdate<Values>>
}

/** What an agent's run came to. */
export interface AgentResult {
  readonly thread: ThreadId
  readonly outcome: RunOutcome
  /** Its final answer. */
  readonly text: string
  readonly turns: number
  readonly usage: Usage
  readonly cost: number
}

/** An agent in a thread of its own, whose id follows from the graph's: after a crash it goes on where it stopped. */
export interface AgentNode<Values = ChannelValues, Input = unknown>
  extends Omit<EffectOptions, 'repeat'>, TakesInput<Input> {
  readonly kind: 'agent'
  /** Its thread knows what it did: what it calls may be repeated or not, as each tool says. */
  readonly repeat?: never
  readonly agent: RunAgent
  readonly limits?: Limits
  readonly mode?: Mode
  /** `wait` when left out: a call that must be asked about makes the graph wait. */
  readonly unattended?: 'deny' | 'wait'
  /** What it is told. */
  prompt(values: Values, context: NodeContext<Input>): string | UserMessage['content']
  /** What becomes of its answer. */
  update(result: AgentResult, values: Values, context: NodeContext<Input>): ChannelUpdate<Values>
}

/** A graph with a state of its own, in the same thread: its steps are checkpoints like any other. */
export interface SubgraphNode<Values = ChannelValues, Input = unknown>
  extends NodeOptions, TakesInput<Input> {
  readonly kind: 'graph'
  readonly graph: Graph
  /** What its state begins with. */
  enter(values: Values, context: NodeContext<Input>): ChannelUpdate<ChannelValues>
  /** What becomes of its state at the end. */
  update(inner: ChannelValues, values: Values, context: NodeContext<Input>): ChannelUpdate<Values>
}

/** How long a wait may take. */
interface Deadline<Values, Input> extends NodeOptions, TakesInput<Input> {
  /** It waits at most until then. */
  until?(values: Values, context: NodeContext<Input>): Timestamp
  /** What to do when it waited so long; left out, it fails with kind `timed-out`. */
  late?(values: Values, context: NodeContext<Input>): ChannelUpdate<Values>
}

/** Waits for a person's answer. */
export interface PersonNode<Values = ChannelValues, Input = unknown, Answer = unknown> extends Deadline<
  Values,
  Input
> {
  readonly kind: 'person'
  /** What an answer must be. */
  readonly answer: StandardSchemaV1<unknown, Answer>
  question(values: Values, context: NodeContext<Input>): string | PersonQuestion
  update(
    answer: Answer,
    values: Values,
    context: NodeContext<Input> & { readonly by: string },
  ): ChannelUpdate<Values>
}

/** Waits for a named signal, which may have come before. */
export interface SignalNode<Values = ChannelValues, Input = unknown, Data = unknown> extends Deadline<
  Values,
  Input
> {
  readonly kind: 'signal'
  /** Its name: a letter, then at most 63 letters, digits, `_`, `.` or `-`. */
  readonly signal: string
  /** What it must carry. */
  readonly data: StandardSchemaV1<unknown, Data>
  update(
    data: Data,
    values: Values,
    context: NodeContext<Input> & { readonly by: string },
  ): ChannelUpdate<Values>
}

/** Waits for a time. */
export interface TimeNode<Values = ChannelValues, Input = unknown> extends NodeOptions, TakesInput<Input> {
  readonly kind: 'time'
  until(values: Values, context: NodeContext<Input>): Timestamp
  update?(values: Values, context: NodeContext<Input>): ChannelUpdate<Values>
}

/** A node that waits: nothing happens until something comes from outside. */
export type WaitNode<Values = ChannelValues> = PersonNode<Values> | SignalNode<Values> | TimeNode<Values>

/** One step of a graph. */
export type NodeDefinition<Values = ChannelValues> =
  | FunctionNode<Values>
  | AgentNode<Values>
  | SubgraphNode<Values>
  | WaitNode<Values>
