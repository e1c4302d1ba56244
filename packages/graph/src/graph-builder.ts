import type { PersonQuestion, RunAgent, StandardSchemaV1, Timestamp, UserMessage } from '@keepup/core'

import type { ChannelUpdate, ChannelValues } from './channel.ts'
import type { Send } from './edge.ts'
import type { Graph, NodeTypeMap, NodeTypes } from './graph.ts'
import type {
  AgentNode,
  AgentResult,
  EffectOptions,
  NodeContext,
  NodeOptions as AnyNodeOptions,
  TakesInput,
} from './node.ts'

/** The name of a node that is there. */
type NameIn<Nodes> = keyof Nodes & string

/** The nodes to which an edge may lead: those that nothing must be sent to. */
type PlainIn<Nodes extends NodeTypeMap> = {
  [Name in NameIn<Nodes>]: undefined extends Nodes[Name]['input'] ? Name : never
}[NameIn<Nodes>]

/** What is known of the nodes before the first. */
// eslint-disable-next-line typescript/no-generated-empty-object-type -- there are none yet
type NoNodes = Readonly<Record<never, NodeTypes>>

/** The end of a branch. */
type End = 'end'

/** A name that no node has yet. */
type Fresh<Name extends string, Nodes> = Name extends keyof Nodes | End ? never : Name

/** One place that a route may choose: a name, or what is sent to it. */
type Target<Nodes extends NodeTypeMap, Name extends string> =
  Name extends NameIn<Nodes>
    ? undefined extends Nodes[Name]['input']
      ? Name
      : Send<Name, Nodes[Name]['input']>
    : Name

/** The builder with one node more. */
type With<
  Values extends ChannelValues,
  Nodes extends NodeTypeMap,
  HasEntry extends boolean,
  Name extends string,
  Input,
  Answer,
> = GraphBuilder<
  Values,
  Nodes & Readonly<Record<Name, { readonly input: Input; readonly answer: Answer }>>,
  HasEntry
>

type KeysOfUnion<Type> = Type extends unknown ? keyof Type : never

/** Refuses channels that the state does not have, also where the update has others that it has. */
type Known<Values, Made> = [KeysOfUnion<Awaited<Made>>] extends [keyof Values]
  ? unknown
  : { readonly 'unknown channel': Exclude<KeysOfUnion<Awaited<Made>>, keyof Values> }

type Update<Values> = ChannelUpdate<Values>

type Options = AnyNodeOptions

type Sent<Input> = TakesInput<Input>

/** A deadline for a wait, and what to do then. */
interface Deadline<Values, Input> {
  readonly until?: (values: Values, context: NodeContext<Input>) => Timestamp
  readonly late?: (values: Values, context: NodeContext<Input>) => Update<Values>
}

/**
 * Builds a graph, typed: what it refuses to compile could not run. Each method gives a new builder and leaves the one it is called on as it is.
 */
export interface GraphBuilder<
  Values extends ChannelValues,
  // The nodes so far: none.
  Nodes extends NodeTypeMap = NoNodes,
  HasEntry extends boolean = false,
> {
  /** A function over the state. With `input`, it runs when something is sent to it. */
  node<const Name extends string, Made extends Update<Values> | Promise<Update<Values>>, Input = undefined>(
    name: Fresh<Name, Nodes>,
    run: (values: Values, context: NodeContext<Input>) => Made & Known<Values, Made>,
    options?: EffectOptions & Sent<Input>,
  ): With<Values, Nodes, HasEntry, Name, Input, never>

  /** An agent in a thread of its own. */
  agent<const Name extends string, Made extends Update<Values>, Input = undefined>(
    name: Fresh<Name, Nodes>,
    options: Omit<AgentNode, 'agent' | 'input' | 'kind' | 'prompt' | 'update'> &
      Sent<Input> & {
        readonly agent: RunAgent
        readonly prompt: (values: Values, context: NodeContext<Input>) => string | UserMessage['content']
        readonly update: (
          result: AgentResult,
          values: Values,
          context: NodeContext<Input>,
        ) => Made & Known<Values, Made>
      },
  ): With<Values, Nodes, HasEntry, Name, Input, never>

  /** A graph with a state of its own, in the same thread. */
  graph<
    const Name extends string,
    Inner extends ChannelValues,
    InnerNodes extends NodeTypeMap,
    Entered extends Update<Inner>,
    Made extends Update<Values>,
    Input = undefined,
  >(
    name: Fresh<Name, Nodes>,
    graph: Graph<Inner, InnerNodes>,
    options: Options &
      Sent<Input> & {
        readonly enter: (values: Values, context: NodeContext<Input>) => Entered & Known<Inner, Entered>
        readonly update: (
          inner: Inner,
          values: Values,
          context: NodeContext<Input>,
        ) => Made & Known<Values, Made>
      },
  ): With<Values, Nodes, HasEntry, Name, Input, never>

  /** Waits for a person's answer. */
  ask<const Name extends string, Answer, Made extends Update<Values>, Input = undefined>(
    name: Fresh<Name, Nodes>,
    options: Options &
      Sent<Input> &
      Deadline<Values, Input> & {
        readonly answer: StandardSchemaV1<unknown, Answer>
        readonly question: (values: Values, context: NodeContext<Input>) => string | PersonQuestion
        readonly update: (
          answer: Answer,
          values: Values,
          context: NodeContext<Input> & { readonly by: string },
        ) => Made & Known<Values, Made>
      },
  ): With<Values, Nodes, HasEntry, Name, Input, Answer>

  /** Waits for a named signal, which may have come before. */
  receive<const Name extends string, Data, Made extends Update<Values>, Input = undefined>(
    name: Fresh<Name, Nodes>,
    options: Options &
      Sent<Input> &
      Deadline<Values, Input> & {
        readonly signal: string
        readonly data: StandardSchemaV1<unknown, Data>
        readonly update: (
          data: Data,
          values: Values,
          context: NodeContext<Input> & { readonly by: string },
        ) => Made & Known<Values, Made>
      },
  ): With<Values, Nodes, HasEntry, Name, Input, never>

  /** Waits for a time. */
  sleep<const Name extends string, Input = undefined>(
    name: Fresh<Name, Nodes>,
    options: Options &
      Sent<Input> & {
        readonly until: (values: Values, context: NodeContext<Input>) => Timestamp
        readonly update?: (values: Values, context: NodeContext<Input>) => Update<Values>
      },
  ): With<Values, Nodes, HasEntry, Name, Input, never>

  /** Where a run begins: all of them, in the first step. */
  entry(...names: readonly [PlainIn<Nodes>, ...PlainIn<Nodes>[]]): GraphBuilder<Values, Nodes, true>

  /** After `from` comes `to`. Several edges from one node lead to all of their targets, in parallel. */
  edge(from: NameIn<Nodes>, to: PlainIn<Nodes> | End): GraphBuilder<Values, Nodes, HasEntry>

  /**
   * After `from` comes what `choose` says, of the targets that are declared: a name, something sent to a node that takes it (once for each), several, or
   * none, which ends the branch. Decided from the state after the step, and recorded; so it must be pure.
   */
  route<const To extends NameIn<Nodes> | End>(
    from: NameIn<Nodes>,
    to: readonly To[],
    choose: (
      values: Values,
      update: Update<Values>,
    ) => Target<Nodes, NoInfer<To>> | readonly Target<Nodes, NoInfer<To>>[],
  ): GraphBuilder<Values, Nodes, HasEntry>

  /** After all of `from` have finished comes `to`, once. */
  join(
    from: readonly [NameIn<Nodes>, ...NameIn<Nodes>[]],
    to: PlainIn<Nodes> | End,
  ): GraphBuilder<Values, Nodes, HasEntry>

  /** Where `from` failed for good, `to` comes instead of what its other edges say. It finds the failure in its context. */
  onError(from: NameIn<Nodes>, to: PlainIn<Nodes> | End): GraphBuilder<Values, Nodes, HasEntry>

  /** The graph, checked. Fails `configuration-invalid` as `assembleGraph` does. A graph without an entry does not compile. */
  readonly build: HasEntry extends true ? () => Graph<Values, Nodes> : { readonly 'missing entry': never }
}
