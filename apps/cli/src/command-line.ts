import type { CommandContext } from '@stricli/core'

import { errorLines, reportError } from './error-report.ts'
import type { ExitName } from './exit-code.ts'
import type { Host } from './host.ts'
import type { Terminal } from './terminal/terminal.ts'

/** What a command gets besides its flags and arguments. */
export interface CommandLine extends CommandContext {
  readonly host: Host
  readonly terminal: Terminal
  /** Says how the program exits. */
  finish(exit: ExitName): void
}

/** The work of a command. Throws what a person should be told. */
export type Work<Flags, Arguments extends readonly unknown[]> = (
  line: CommandLine,
  flags: Flags,
  ...rest: Arguments
) => Promise<ExitName>

/** Makes the work of a command what the parser of the command line calls: every error becomes two lines and an exit code. */
export function performs<Flags, Arguments extends readonly unknown[]>(
  work: Work<Flags, Arguments>,
): (this: CommandLine, flags: Flags, ...rest: Arguments) => Promise<void> {
  return async function perform(flags, ...rest) {
    try {
      this.finish(await work(this, flags, ...rest))
    } catch (error) {
      await this.terminal.notes.write(errorLines(error, Boolean(this.host.environment['KEEPUP_DEBUG'])))
      this.finish(reportError(error).exit)
    }
  }
}
