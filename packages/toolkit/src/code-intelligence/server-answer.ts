/** How one server took part in an answer. Nothing is said to be fine that was not looked at. */
export interface ServerAnswer {
  readonly server: string
  /**
   * `pending`: it is starting, or not through; ask again. `missing`: it is not installed. `failed`: it crashed, hangs, or answered an error.
   * `unable`: it does not offer this.
   */
  readonly state: 'answered' | 'pending' | 'missing' | 'failed' | 'unable'
  /** What is the matter, and what to do. */
  readonly message?: string
}
