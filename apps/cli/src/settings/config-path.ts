import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

import type { Environment } from '../host.ts'

/** The name of a project's configuration file. */
export const projectFileName = 'keepup.json'

/** The nearest `keepup.json` at or above a folder. */
export function findProjectFile(folder: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const candidate = join(current, projectFileName)
    if (existsSync(candidate)) return candidate
    if (dirname(current) === current) return undefined
  }
}

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

function home(environment: Environment): string {
  return environment['HOME'] || homedir()
}
