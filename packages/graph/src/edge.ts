import type { ChannelUpdate, ChannelValues } from './channel.ts'

/** The target that ends a branch. A run ends once every branch has. */
export const end = 'end'

/** A node to run with an input of its own. Sent as often as there is data: each is a task. */
export interface Send<Name extends string = string, Input = unknown> {
  readonly node: Name
  readonly input: Input
}

/** Where to go: one place or several at once. None ends the branch. */
export type Choice = string | Send | readonly (string | Send)[]

/** How one step leads to the next. */
export type Edge<Values = ChannelValues> =
  | { readonly type: 'edge'; readonly from: string; readonly to: string }
  /** Decided from the state after the step. Pure: its result is recorded. */
  | {
      readonly type: 'route'
      readonly from: string
      /** Every place that it may choose. */
      readonly to: readonly string[]
      choose(values: Values, update: ChannelUpdate<Values>): Choice
    }
  /** Taken once all of them have finished since it was last taken. */
  | { readonly type: 'join'; readonly from: readonly string[]; readonly to: string }
  /** Taken instead of the others where the node failed for good. */
  | { readonly type: 'error'; readonly from: string; readonly to: string }
