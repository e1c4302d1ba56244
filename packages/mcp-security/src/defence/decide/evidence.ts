import type { Leaf } from '../observe/leaf.ts'
import type { Origin } from '../rules/origin.ts'

/** Where a value was found, and what that is worth. */
export interface Evidence {
  readonly origin: Origin
  /** What the model was shown; left out where the user or the operator said it. */
  readonly leaf?: Leaf
  /** The entry in which the user said it. */
  readonly entry?: number
}
