import { homedir } from 'node:os'
import { join } from 'node:path'

import type { Environment } from '../host.ts'

/** Where the user's own configuration lies (XDG Base Directory Specification). */
export function userFile(environment: Environment): string {
  return join(environment['XDG_CONFIG_HOME'] || join(home(environment), '.config'), 'keepup', 'config.json')
}

/** Where threads are kept unless something else is said (XDG Base Directory Specification). */
export function defaultStore(environment: Environment): string {
  return join(
    environment['XDG_STATE_HOME'] || join(home(environment), '.local', 'state'),
    'keepup',
    'keepup.db',
  )
}

/** The home folder of whoever runs the program. */
export function home(environment: Environment): string {
  return environment['HOME'] || homedir()
}
