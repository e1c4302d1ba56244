import { homedir } from 'node:os'
import { resolve } from 'node:path'

import type { SandboxProfile } from '@keepup/core'

import { protectedPaths } from './protected-paths.ts'
import { secretPaths } from './secret-paths.ts'
import { secretVariables } from './withhold-variables.ts'

/** What a workspace's profile is made for. */
export interface WorkspaceProfileOptions {
  /** The folder that commands work in. */
  readonly root: string
  /** Whose secrets are kept: this user's home when left out. */
  readonly home?: string
  /** What else is kept from being read, such as the store of the runs. */
  readonly unreadable?: readonly string[]
  /** None when left out. */
  readonly hosts?: SandboxProfile['hosts']
}

/**
 * What a command of a workspace needs and no more: it writes in the workspace, though not what programs outside will obey; it reads what is there, but
 * no secrets of the home; it reaches no host; variables with secrets are withheld.
 */
export function workspaceProfile({
  root,
  home = homedir(),
  unreadable = [],
  hosts = [],
}: WorkspaceProfileOptions): SandboxProfile {
  const folder = resolve(root)
  return {
    writable: [folder],
    unwritable: protectedPaths(folder, resolve(home)),
    unreadable: [...secretPaths(resolve(home)), ...unreadable.map((path) => resolve(path))],
    hosts,
    withheld: secretVariables,
  }
}
