/** What may be spent at once, and how fast it grows back, in bytes. */
export interface AllowanceOptions {
  readonly most: number
  readonly perSecond: number
  /** A moment in milliseconds that never goes back. */
  readonly now: () => number
}

/** Bounds what a server may send: `spend` answers whether there was still enough. */
export interface Allowance {
  spend(amount: number): boolean
}

/** An allowance that is full at first. */
export function createAllowance({ most, perSecond, now }: AllowanceOptions): Allowance {
  let left = most
  let seen = now()
  return {
    spend(amount) {
      const moment = now()
      left = Math.min(most, left + ((moment - seen) / 1_000) * perSecond) - amount
      seen = moment
      return left >= 0
    },
  }
}
