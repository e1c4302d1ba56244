import type { Clock, Milliseconds } from '@keepup/core'
import { analyseCommand, type CommandAnalysis, judgeCommand, type ProfileName } from '@keepup/shell'

import type { Place } from './place.ts'

/** Tells what a command may do. */
export type ReadCommand = (command: string) => CommandAnalysis

/** Reads commands in a place, each once in a while. */
export interface CommandReader {
  readonly read: ReadCommand
  /** Whether a command may run by itself under a shipped profile. */
  allows(command: string, profile: ProfileName): boolean
}

/** How long what was found out holds: links and folders may change, and one decision asks several times. */
const lifetime: Milliseconds = 100

/** How many commands are remembered. */
const mostKept = 256

/** Makes a reader that remembers for a moment what it found. */
export function commandReader({ command: place }: Place, clock: Pick<Clock, 'now'>): CommandReader {
  const analyses = remembering((text) => analyseCommand(text, place), clock)
  const judgements = {
    'read-only': remembering((text) => judgeCommand(text, 'read-only', place).decision === 'allow', clock),
    developer: remembering((text) => judgeCommand(text, 'developer', place).decision === 'allow', clock),
  }
  return { read: analyses, allows: (command, profile) => judgements[profile](command) }
}

function remembering<Found>(
  find: (text: string) => Found,
  clock: Pick<Clock, 'now'>,
): (text: string) => Found {
  const known = new Map<string, Found>()
  let since = clock.now()
  return (text) => {
    const now = clock.now()
    if (now < since || now - since > lifetime || known.size >= mostKept) {
      known.clear()
      since = now
    }
    const kept = known.get(text)
    if (kept !== undefined) return kept
    const found = find(text)
    known.set(text, found)
    return found
  }
}
