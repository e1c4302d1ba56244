import type { CommandLine } from '../command-line.ts'

/** Whether somebody sits at the terminal who can be asked. */
export function isAttended({ host, terminal }: CommandLine): boolean {
  return terminal.interactive && host.inputKind === 'terminal'
}
