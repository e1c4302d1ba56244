/** A place that a value stood in before it was an argument. */
export interface ToldOrigin {
  /** How it came there, in the words of who says so: `prompt`, `structured`, `free-text`, `unknown`. */
  readonly origin: string
  readonly entry?: number | undefined
  readonly pointer?: string | undefined
  readonly source?: string | undefined
  readonly integrity?: string | undefined
  readonly said?: string | undefined
}

/** What defends a thread, and what it makes of an argument. */
export interface OriginDesk {
  /** Where the value of an argument was said, and what speaks against it; nothing where there is no such call. */
  find(
    thread: string,
    call: string,
    argument: string,
  ): Promise<
    | {
        readonly origins: readonly ToldOrigin[]
        readonly decision: string
        readonly findings: readonly string[]
        readonly policy: string
      }
    | undefined
  >
}
