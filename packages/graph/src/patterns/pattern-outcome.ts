import { KeepupError } from '@keepup/core'
import { z } from 'zod'

import type { Channel, ChannelValues, FunctionNode, NodeFailure } from '../index.ts'

/**
 * How the work of a pattern ended. `limit-reached`: a bound of the pattern; what there is, is answered. `refused`: a person did. `failed`: a node failed for good, also
 * because a model answered twice what does not fit.
 */
export type PatternOutcome =
  | { readonly type: 'completed' }
  | { readonly type: 'limit-reached'; readonly limit: string }
  | { readonly type: 'refused'; readonly by: string; readonly message: string }
  | { readonly type: 'failed'; readonly node: string; readonly kind: string; readonly message: string }

const outcome: z.ZodType<PatternOutcome> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('completed') }),
  z.object({ type: z.literal('limit-reached'), limit: z.string() }),
  z.object({ type: z.literal('refused'), by: z.string(), message: z.string() }),
  z.object({ type: z.literal('failed'), node: z.string(), kind: z.string(), message: z.string() }),
])

/** The channel `outcome`, which every pattern has: null until its work has ended. */
export const outcomeChannel: Channel<PatternOutcome | null> = { schema: outcome.nullable(), initial: null }

/** The outcome that a failure is. */
export function failed({ node, kind, message }: NodeFailure): PatternOutcome {
  return { type: 'failed', node, kind, message }
}

/** The node where error edges lead: it says in the state what failed. */
export function failNode<
  Values extends ChannelValues & { readonly outcome: PatternOutcome | null },
>(): FunctionNode<Values> {
  return {
    kind: 'function',
    run: (_, { failure }) => record<Values>(failure === undefined ? null : failed(failure)),
  }
}

/** A node that says how the work ended, unless a node before it has. */
export function endNode<Values extends ChannelValues & { readonly outcome: PatternOutcome | null }>(
  ended: PatternOutcome,
): FunctionNode<Values> {
  return { kind: 'function', run: (values) => record<Values>(values.outcome ?? ended) }
}

/** What must be given to begin. */
export function requireText(text: string, channel: string): void {
  if (text.trim() !== '') return
  throw new KeepupError('input-invalid', `There is nothing to do: give the run the input { ${channel} }.`)
}

function record<Values extends { readonly outcome: PatternOutcome | null }>(
  ended: PatternOutcome | null,
): { readonly [Name in keyof Values]?: Values[Name] } {
  // A state with the channel `outcome` takes an update of it.
  return { outcome: ended } as unknown as { readonly [Name in keyof Values]?: Values[Name] }
}
