import type { PersonQuestion, Timestamp } from '@keepup/core'
import { z } from 'zod'

import type { Channel, ChannelUpdate, ChannelValues, NodeContext, PersonNode } from '../index.ts'

const answer = z.object({ approved: z.boolean(), message: z.string().max(10_000).default('') })

/** What a person answers: whether it may go on, and what they say to it. */
export interface ApprovalAnswer {
  readonly approved: boolean
  readonly message?: string
}

/** The last answer of a person. */
export interface GivenApproval {
  readonly approved: boolean
  readonly message: string
  readonly by: string
}

const given: z.ZodType<GivenApproval> = z.object({
  approved: z.boolean(),
  message: z.string(),
  by: z.string(),
})

/** The channel `approval`. */
export const approvalChannel: Channel<GivenApproval | null> = { schema: given.nullable(), initial: null }

/** A person is asked before the work goes on: the node `approve`, answered with `answerGraph`. Refused where nobody answered until `until`. */
export interface Approval<Values> {
  /** Whether to ask this time; always when left out. */
  readonly when?: (values: Values) => boolean
  /** What to ask; what is about to happen, in the pattern's words, when left out. */
  readonly question?: (values: Values) => string | PersonQuestion
  readonly until?: (values: Values, context: NodeContext) => Timestamp
}

/** The nodes of a graph that may ask a person, for types. */
export interface ApprovalNodes {
  readonly [name: string]: { readonly input: unknown; readonly answer: unknown }
  readonly approve: { readonly input: undefined; readonly answer: ApprovalAnswer }
}

type Asking = ChannelValues & { readonly approval: GivenApproval | null }

/** The node that asks, by its name; none where nobody is to be asked. */
export function approvalNodes<Values extends Asking>(
  approval: Approval<Values> | undefined,
  describe: (values: Values) => string,
): { readonly approve?: PersonNode<Values> } {
  if (approval === undefined) return {}
  const { question = describe, until } = approval
  const node: PersonNode<Values, unknown, z.infer<typeof answer>> = {
    kind: 'person',
    answer,
    question,
    update: ({ approved, message }, _, { by }) => record<Values>({ approved, message, by }),
    ...(until === undefined
      ? {}
      : {
          until,
          late: () => record<Values>({ approved: false, message: 'Nobody answered in time.', by: 'runtime' }),
        }),
  }
  return { approve: node }
}

/** Whether a person is to be asked now. */
export function mustAsk<Values>(approval: Approval<Values> | undefined, values: Values): boolean {
  return approval !== undefined && (approval.when?.(values) ?? true)
}

/** The names to which a node leads that may ask first. */
export function withApproval<Name extends string>(
  approval: unknown,
  names: readonly Name[],
): readonly (Name | 'approve')[] {
  return approval === undefined ? names : [...names, 'approve']
}

function record<Values extends Asking>(approval: GivenApproval): ChannelUpdate<Values> {
  // A state with the channel `approval` takes an update of it.
  return { approval } as unknown as ChannelUpdate<Values>
}
