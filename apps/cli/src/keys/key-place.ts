import { join } from 'node:path'

import type { Environment } from '../host.ts'
import type { Settings } from '../settings/setting.ts'
import { home } from '../settings/user-file.ts'

/** Where the keys of encrypted stores are: the root key, and the folder of the keys that it opens. */
export interface KeyPlace {
  /** `env:NAME`, `keychain`, `keychain:NAME`, or a file in full. */
  readonly root: string
  readonly folder: string
  readonly environment: Environment
}

/** Where keys are kept unless something else is said (XDG Base Directory Specification): away from the threads, which lie with the state. */
function defaultFolder(environment: Environment): string {
  const data = environment['XDG_DATA_HOME'] || join(home(environment), '.local', 'share')
  return join(data, 'keepup', 'key-ring')
}

/** The place of the keys that settings name; `undefined` where stores are not to be encrypted. */
export function keyPlace({ keys, keyRing }: Settings, environment: Environment): KeyPlace | undefined {
  if (keys === undefined) return undefined
  return { root: keys, folder: keyRing ?? defaultFolder(environment), environment }
}

/** Whether a root key is named that is in no file. */
export function isNoKeyFile(root: string): boolean {
  return /^(?:env:|keychain(?::|$))/.test(root)
}
