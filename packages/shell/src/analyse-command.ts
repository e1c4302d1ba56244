import type { Effect, Reason } from '@keepup/core'

import type { CommandAnalysis } from './command-analysis.ts'
import type { CommandPlace } from './command-place.ts'
import { readWhole } from './read-command.ts'

/**
 * Tells from its syntax what a command may do where it would run: every program that may run, everything that it may touch, and what cannot be
 * known. Programs that are not known may touch everything (`*`). Nothing is run; folders are listed and links followed, nothing else is read.
 * Never throws: what cannot be read is a doubt.
 */
export function analyseCommand(command: string, place: CommandPlace): CommandAnalysis {
  try {
    const { effects, invocations, doubts } = readWhole(command, place)
    return { effects: sorted(effects.values()), invocations, doubts }
  } catch (error) {
    return { effects: everything, invocations: [], doubts: [failure(error)] }
  }
}

/** Every effect that a command can have. */
export const everything: readonly Effect[] = (['delete', 'exec', 'net', 'read', 'write'] as const).map(
  (kind) => ({ kind, target: '*' }),
)

/** What is said of a command that could not be read at all. */
export function failure(error: unknown): Reason {
  return {
    rule: 'unparsable',
    text: `the command could not be read: ${error instanceof Error ? error.message : String(error)}`,
  }
}

/** Effects by kind, then target. */
export function sorted(effects: Iterable<Effect>): readonly Effect[] {
  return [...effects].toSorted((a, b) => compare(a.kind, b.kind) || compare(a.target, b.target))
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
