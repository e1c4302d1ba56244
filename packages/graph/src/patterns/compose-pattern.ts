import { KeepupError, type Milliseconds } from '@keepup/core'

import {
  assembleGraph,
  type Channel,
  type ChannelValues,
  defineState,
  type Graph,
  type GraphParts,
  type NodeRetry,
  type NodeTypeMap,
} from '../index.ts'

/** No channels beside those of the pattern. */
export type NoChannels = { readonly [Name in never]: unknown }

/** What every pattern takes. */
export interface PatternOptions<Own extends ChannelValues = NoChannels> {
  /** Names the graph, and so the fold of its threads; the pattern's own name when left out. */
  readonly name?: string
  /** Channels of one's own, beside those of the pattern: a run's input sets them, and `keep` of a worker. */
  readonly channels?: { readonly [Name in keyof Own]: Channel<Own[Name]> }
  /** For calls of models and agents that fail. An answer that does not fit is asked for again without it, once. */
  readonly retry?: NodeRetry
  /** For one attempt of a call of a model or an agent. */
  readonly timeout?: Milliseconds
}

/** The parts of a pattern, its state as channels. */
export type PatternParts<Values extends ChannelValues> = Omit<GraphParts<Values>, 'state'> & {
  readonly channels: { readonly [Name in keyof Values]: Channel<Values[Name]> }
}

/** A pattern as a graph, with channels of one's own in its state. Fails `configuration-invalid`. */
export function composePattern<
  Values extends ChannelValues,
  Own extends ChannelValues,
  Nodes extends NodeTypeMap,
>(parts: PatternParts<Values>, own: PatternOptions<Own>['channels']): Graph<Values & Own, Nodes> {
  const { channels, ...rest } = parts
  const taken = Object.keys(own ?? {}).filter((name) => Object.hasOwn(channels, name))
  if (taken.length > 0) {
    const message = `The channels ${taken.join(', ')} belong to the pattern ${parts.name}: name your own differently.`
    throw new KeepupError('configuration-invalid', message, { details: { channels: taken } })
  }
  // Without a schema for what has none; each channel is as it was given.
  const all: Readonly<Record<string, Channel<unknown>>> = { ...channels, ...own }
  const graph = { ...rest, state: defineState({ channels: all }) }
  // The nodes know the channels of the pattern. Those beside them are not in their way.
  return assembleGraph<Values & Own, Nodes>(graph as unknown as GraphParts<Values & Own>)
}

/** The options for nodes that call a model or an agent. */
export function callOptions({
  retry,
  timeout,
}: Pick<PatternOptions, 'retry' | 'timeout'>): Pick<PatternOptions, 'retry' | 'timeout'> {
  return { ...(retry === undefined ? {} : { retry }), ...(timeout === undefined ? {} : { timeout }) }
}

/** Appends; an empty update begins anew. */
export function appendOrClear<Item>(value: readonly Item[], update: readonly Item[]): readonly Item[] {
  return update.length === 0 ? [] : [...value, ...update]
}
