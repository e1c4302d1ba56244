import type { Effect, Reason } from '@keepup/core'

/** One program that may be run, wrappers looked through: `env X=1 timeout 5 rm f` gives three, `env`, `timeout` and `rm`. */
export interface Invocation {
  /** The base name; `*` where it cannot be known. */
  readonly name: string
  /** As it was written, so `/bin/rm`; `*` where it cannot be known. */
  readonly program: string
  /** The words after the name; `undefined` where one cannot be known. */
  readonly words: readonly (string | undefined)[]
  /** What it is run through, outermost first. */
  readonly wrappers: readonly string[]
}

/** What a command may do. */
export interface CommandAnalysis {
  /** Everything that it may touch, unique and sorted. Targets are absolute paths with links followed; `FOLDER/**` is all beneath; `*` where it cannot be known. */
  readonly effects: readonly Effect[]
  /** Everything that may run: in functions, conditions, loops, substitutions and texts that are evaluated too. */
  readonly invocations: readonly Invocation[]
  /** What cannot be known. Each means: ask. */
  readonly doubts: readonly Reason[]
}
