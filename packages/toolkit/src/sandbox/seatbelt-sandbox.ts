import { accessSync, constants } from 'node:fs'

import type { NewId, Sandbox } from '@keepup/core'

import { checkProfile } from './check-profile.ts'
import { missingSandbox } from './missing-sandbox.ts'
import { realProfile } from './real-profile.ts'
import { sandboxState } from './sandbox-state.ts'
import { seatbeltProfile } from './seatbelt-profile.ts'
import { withholdVariables } from './withhold-variables.ts'
import { workspaceGuards } from './workspace-guards.ts'

/** What the adapter is started with. */
export interface SeatbeltOptions {
  /** `/usr/bin/sandbox-exec` when left out. */
  readonly program?: string
  readonly state?: string
  readonly newId?: NewId
}

/**
 * Confines programs by macOS's Seatbelt, through `sandbox-exec`. Cannot tell hosts apart: a profile that lists some fails `not-supported`. Fails
 * `sandbox-unavailable` elsewhere. Processes are not held together: one that flees into a session of its own outlives its command.
 */
export function seatbeltSandbox({
  program: seatbelt = '/usr/bin/sandbox-exec',
  state = sandboxState(),
  newId = () => crypto.randomUUID(),
}: SeatbeltOptions = {}): Sandbox {
  checkProgram(seatbelt)
  const guardOf = workspaceGuards(state, newId)
  return {
    describe: () => ({
      name: 'seatbelt',
      holds: ['writes', 'reads', 'network'],
      lacks: [
        'It cannot let single hosts through: all or none.',
        'Other processes are seen, and one that leaves its session may outlive its command.',
        'What is in the project and runs later, such as scripts in package.json or a Makefile, is not judged.',
      ],
    }),
    async contain({ program, arguments: given, folder, environment }, profile) {
      checkProfile(profile, 'Seatbelt')
      const { covered, release } = await guardOf(profile).watch(profile)
      const text = seatbeltProfile(realProfile({ ...profile, unwritable: covered }))
      return {
        program: seatbelt,
        arguments: ['-p', text, program, ...given],
        folder,
        environment: { ...withholdVariables(environment, profile.withheld), KEEPUP_SANDBOX: 'seatbelt' },
        release,
      }
    },
    async [Symbol.asyncDispose]() {},
  }
}

function checkProgram(path: string): void {
  try {
    accessSync(path, constants.X_OK)
  } catch (error) {
    throw missingSandbox('seatbelt', `there is no ${path}`, error)
  }
}
