import { join } from 'node:path'

import type { Sandbox, SandboxProfile } from '@keepup/core'
import { sandboxProfileOf } from '@keepup/permissions'
import { openSandbox, type OpenSandboxOptions, workspaceProfile } from '@keepup/toolkit/sandbox'

import type { Environment } from '../host.ts'
import { findRules } from '../permissions/find-rules.ts'
import { isDatabaseAddress } from '../settings/database-address.ts'
import { settingTable } from '../settings/setting-table.ts'
import type { Settings } from '../settings/setting.ts'

/** The sandbox of a run's commands, and what it lets through. */
export interface Confinement extends AsyncDisposable {
  readonly sandbox: Sandbox
  readonly profile: SandboxProfile
  /** What protects, for the head of a run. */
  readonly text: string
}

/** Opens the sandbox that the settings ask for; `undefined` for `off`. Fails `sandbox-unavailable`, with the next step, before anything is run. */
export async function openConfinement(
  { sandbox: choice, store }: Settings,
  folder: string,
  environment: Environment,
): Promise<Confinement | undefined> {
  if (choice === 'off') return undefined
  const options = sandboxOptions({ store, folder, environment })
  const { profile } = options
  const sandbox = await openSandbox(choice, options)
  const { name, version } = sandbox.describe()
  return {
    sandbox,
    profile,
    text: `commands run in ${name}${version === undefined ? '' : ` ${version}`}: they write in ${folder} alone, and reach ${reachOf(profile)}`,
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  }
}

/** What a sandbox of a folder is opened with: the store of the runs is kept from commands, and so is what the sandbox remembers. */
export function sandboxOptions({
  store,
  folder,
  environment,
}: {
  readonly store: string
  readonly folder: string
  readonly environment: Environment
}): OpenSandboxOptions {
  const { HOME: home, XDG_STATE_HOME: state, KEEPUP_SANDBOX_IMAGE: image } = environment
  const kept = state || (home ? join(home, '.local', 'state') : undefined)
  const unreadable = isDatabaseAddress(store) ? [] : ['', '-wal', '-shm'].map((end) => `${store}${end}`)
  const whose = { root: folder, ...(home ? { home } : {}) }
  const workspace = workspaceProfile({ ...whose, unreadable })
  // The address of a server may hold its password.
  const base = { ...workspace, withheld: [...workspace.withheld, settingTable.store.variable] }
  return {
    // What rules deny is closed here too, and hosts and folders that they allow are open.
    profile: sandboxProfileOf(findRules(folder, environment), { ...whose, base }),
    ...(kept === undefined ? {} : { state: join(kept, 'keepup', 'sandbox') }),
    ...(image ? { image } : {}),
  }
}

function reachOf({ hosts }: SandboxProfile): string {
  if (hosts === 'any') return 'every host'
  return hosts.length === 0 ? 'no host' : hosts.join(', ')
}
