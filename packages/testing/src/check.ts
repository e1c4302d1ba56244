/** One sentence of a contract and the code that tries to break it. Runs anywhere: it needs no test runner. */
export interface Check<Harness> {
  /** The sentence, in the contract's words. */
  readonly name: string
  /** Opens what it needs, tries, and closes. Rejects where the promise does not hold. */
  readonly run: (harness: Harness) => Promise<void>
}
