/** A node of a diagram. */
export interface DrawnNode {
  readonly id: string
  readonly title: string
  /** A few words below the title; empty where there is nothing to say. */
  readonly note: string
  readonly look: 'done' | 'failed' | 'here' | 'plain' | 'waiting'
}

/** A way between two nodes of a diagram. */
export interface DrawnWay {
  readonly from: string
  readonly to: string
  readonly words: string
  /** Whether it was taken. */
  readonly taken: boolean
}
