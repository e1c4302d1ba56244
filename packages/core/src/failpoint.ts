import { channel } from 'node:diagnostics_channel'

/** Where crash tests may strike. A subscriber of the diagnostics channel `keepup:failpoint` gets the name, synchronously. */
export type FailpointName =
  | 'intent-before-commit'
  | 'intent-after-commit'
  | 'effect-before'
  | 'effect-after'
  | 'outcome-before-commit'
  | 'outcome-after-commit'
  | 'model-mid-stream'
  | 'snapshot-before'
  | 'snapshot-after'
  | 'final-before-commit'

const failpoints = channel('keepup:failpoint')

/** Marks a moment in which a crash would be interesting. Costs one check where nobody listens. */
export function failpoint(name: FailpointName): void {
  if (failpoints.hasSubscribers) failpoints.publish(name)
}
