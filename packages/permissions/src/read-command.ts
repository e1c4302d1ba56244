import type { Clock } from '@keepup/core'
import { analyseCommand, type CommandAnalysis, judgeCommand, type ProfileName } from '@keepup/shell'

import type { Place } from './place.ts'
import { remembering } from './remembering.ts'

/** Tells what a command may do. */
export type ReadCommand = (command: string) => CommandAnalysis

/** Reads commands in a place, each once in a while. */
export interface CommandReader {
  readonly read: ReadCommand
  /** Whether a command may run by itself under a shipped profile. */
  allows(command: string, profile: ProfileName): boolean
}

/** Makes a reader that remembers for a moment what it found. Commands start in `folder`; in the workspace when left out. */
export function commandReader(
  { command: workspace }: Place,
  clock: Pick<Clock, 'now'>,
  folder?: string,
): CommandReader {
  const place = folder === undefined ? workspace : { ...workspace, folder }
  const analyses = remembering((text) => analyseCommand(text, place), clock)
  const judgements = {
    'read-only': remembering((text) => judgeCommand(text, 'read-only', place).decision === 'allow', clock),
    developer: remembering((text) => judgeCommand(text, 'developer', place).decision === 'allow', clock),
  }
  return { read: analyses, allows: (command, profile) => judgements[profile](command) }
}
