/** A place in a text that is being read. */
export interface Reading {
  readonly text: string
  position: number
}
