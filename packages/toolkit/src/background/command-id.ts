import type { ToolOutcome } from '@keepup/core'

import type { CommandRecord } from './command-record.ts'

/** How tools take the id of a command. */
export const commandId = {
  type: 'string',
  pattern: '^cmd-[0-9a-f]{12}$',
  description: 'As shell named it',
} as const

/** Said of an id that the thread did not start, whoever else did. */
export function unknownCommand(id: string): ToolOutcome {
  return {
    type: 'failed',
    code: 'command-unknown',
    message: `This thread has no command ${id} in the background. Start one with shell and background: true.`,
  }
}

/** Said where something is to be done to a command of an earlier program. */
export function outOfReach({ id }: CommandRecord, hostLives: boolean): ToolOutcome {
  const why = hostLives
    ? 'was started by another program, which may still run it: only that program can reach it'
    : 'ended with the program that ran it'
  const code = hostLives ? 'command-elsewhere' : 'command-ended'
  return { type: 'failed', code, message: `${id} ${why}. shell_output shows what was kept of its output.` }
}
