/** What keeps tools from models. Every one is on in whatever a program can make; tests switch one off at a time and see the attack succeed. */
export interface Checks {
  /** A tool that is not as it was let pass is withheld. */
  readonly pins: boolean
  /** A tool that was not there at the first use is withheld. */
  readonly sets: boolean
  /** Odd definitions are withheld. */
  readonly findings: boolean
  /** Tools are judged beside those of other servers. */
  readonly shadowing: boolean
  /** Words of servers are cleaned, and marked as theirs. */
  readonly spans: boolean
  /** Definitions have a size. */
  readonly bounds: boolean
}

/** Everything on. */
export const allChecks: Checks = {
  pins: true,
  sets: true,
  findings: true,
  shadowing: true,
  spans: true,
  bounds: true,
}
