/** How an interpreter is bounded. */
export interface InterpreterBounds {
  /** Of its memory altogether, in bytes. */
  readonly memory: number
  /** Of what is shown of a value, in characters. */
  readonly shown: number
}
