/** What a model's provider makes of our estimates. */
export interface Calibration {
  /** Tokens that the provider counts for one that we estimate. */
  readonly factor: number
  /** How many counts it rests on. */
  readonly counts: number
}

/** Nothing was counted yet: an estimate stands for itself. */
export const uncalibrated: Calibration = { factor: 1, counts: 0 }

const lowest = 0.4
const highest = 3
const weight = 0.3

/**
 * A calibration after one more count of a provider: an average in which what is new weighs 30 %. Counts that cannot be true (none, negative, more than three times the
 * estimate or less than 40 % of it) count as the nearest that can.
 */
export function calibrate(known: Calibration, estimated: number, counted: number): Calibration {
  if (!(estimated > 0) || !Number.isFinite(counted) || counted <= 0) return known
  const factor = Math.min(highest, Math.max(lowest, counted / estimated))
  if (known.counts === 0) return { factor, counts: 1 }
  return { factor: known.factor + weight * (factor - known.factor), counts: known.counts + 1 }
}
