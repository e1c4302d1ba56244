import type { RunFlags } from '../routes/run-flags.ts'

/** The flags of commands that run a graph. */
export interface GraphRunFlags extends RunFlags {
  readonly thread?: string
  readonly functions?: string
  readonly allowRequests: boolean
  readonly stay: boolean
}

/** The flags of commands that only read a graph's file. */
export interface GraphFileFlags {
  readonly json: boolean
}
