import type { CommandHook, DialectName } from '../../src/index.ts'

/** A hook of a dialect that runs a command line by `sh`. */
export function oneHook(
  dialect: DialectName,
  event: string,
  command: string,
  more: Partial<CommandHook> = {},
): CommandHook {
  return {
    name: 'the hook',
    dialect,
    event,
    handler: { type: 'program', program: '/bin/sh', arguments: ['-c', command] },
    timeout: 20_000,
    onFailure: 'block',
    ...more,
  }
}
