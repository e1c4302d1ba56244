import type { Sandbox, SandboxDescription, SandboxProfile } from '@keepup/core'
import { KeepupError } from '@keepup/core'

import { bubblewrapSandbox } from './bubblewrap-sandbox.ts'
import { checkProfile } from './check-profile.ts'
import { containerSandbox } from './container-sandbox.ts'
import { howToInstall, type SandboxName } from './missing-sandbox.ts'
import { sandboxRuntimeSandbox } from './sandbox-runtime-sandbox.ts'
import { seatbeltSandbox } from './seatbelt-sandbox.ts'

/** Which sandbox is wanted: one by name, or the best that is there. */
export type SandboxChoice = SandboxName | 'auto'

/** What opening needs. */
export interface OpenSandboxOptions {
  /** The widest profile of the process. */
  readonly profile: SandboxProfile
  /** Where sandboxes keep what they must remember beyond a crash. */
  readonly state?: string
  /** What containers are made of. */
  readonly image?: string
}

/** What became of looking for a sandbox. */
export interface SandboxFinding {
  readonly name: SandboxName
  /** Where it is there. */
  readonly description?: SandboxDescription
  /** Why it is not. */
  readonly missing?: string
  readonly install: string
}

/** All that there are, in the order in which `auto` tries them. Containers bring other programs: they are never taken unasked. */
const names: readonly SandboxName[] = ['bubblewrap', 'seatbelt', 'sandbox-runtime', 'container']

/**
 * Opens a sandbox. `auto` takes the first that works here and can hold the profile. Fails closed: `sandbox-unavailable` where the one that was named, or
 * any, is missing, with how to install it; `not-supported` where it cannot hold the profile.
 */
export async function openSandbox(choice: SandboxChoice, options: OpenSandboxOptions): Promise<Sandbox> {
  if (choice !== 'auto') return open(choice, options)
  const { hosts } = options.profile
  const filtered = hosts !== 'any' && hosts.length > 0
  const reasons: string[] = []
  for (const name of names) {
    if (name === 'container' || (filtered && name !== 'sandbox-runtime')) continue
    try {
      return await open(name, options)
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error))
    }
  }
  const first = process.platform === 'darwin' ? 'sandbox-runtime' : 'bubblewrap'
  throw new KeepupError(
    'sandbox-unavailable',
    `No sandbox works here. Nothing was run. To go on: ${howToInstall[first]}; or choose --sandbox off.`,
    { cause: new AggregateError(reasons) },
  )
}

/** Looks for every sandbox and tells what each would hold here. What it opens it closes again. */
export async function findSandboxes(options: OpenSandboxOptions): Promise<readonly SandboxFinding[]> {
  return Promise.all(
    names.map(async (name) => {
      const install = howToInstall[name]
      try {
        await using sandbox = await open(name, options)
        return { name, description: sandbox.describe(), install }
      } catch (error) {
        return { name, missing: reasonOf(error), install }
      }
    }),
  )
}

const mechanisms: Readonly<Record<SandboxName, string>> = {
  bubblewrap: 'Plain bubblewrap',
  seatbelt: 'Seatbelt',
  'sandbox-runtime': 'The sandbox runtime',
  container: 'A container',
}

async function open(name: SandboxName, { profile, state, image }: OpenSandboxOptions): Promise<Sandbox> {
  // Before anything is run, rather than at the first command.
  if (name !== 'sandbox-runtime') checkProfile(profile, mechanisms[name])
  const kept = state === undefined ? {} : { state }
  switch (name) {
    case 'bubblewrap':
      return bubblewrapSandbox(kept)
    case 'seatbelt':
      return seatbeltSandbox(kept)
    case 'sandbox-runtime':
      return sandboxRuntimeSandbox({ profile, ...kept })
    case 'container':
      return containerSandbox({ ...kept, ...(image === undefined ? {} : { image }) })
  }
}

/** The first sentence of the error, without what to do, which is told by itself. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return /cannot be used: (.*?)\. Nothing was run/s.exec(text)?.[1] ?? text
}
