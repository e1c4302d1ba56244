import { KeepupError, type Policy, type ThreadId } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { readAgent } from '../read-agent.ts'
import type { Settings } from '../settings/setting.ts'
import type { Store } from '../store.ts'
import type { RunOrder } from './drive-run.ts'

/** What holds a run to its role. */
export interface RoleHold {
  readonly name: string
  /** Holds its calls to its tools and rules. */
  readonly policy: Policy
  /** What it is told beside what every run is told. */
  readonly system: string
}

/** What a run is in its role. */
export interface RunRole {
  /** Those of the run, narrowed: the more careful mode, the lower limits, the model that the role asks for unless one was named. */
  readonly settings: Settings
  /** Whether the role has a tool at all. */
  readonly has: (tool: string) => boolean
  /** Whom it may start, by their role; anybody when left out. */
  readonly mayStart?: (role: string) => boolean
  /** Left out where the run has no role. */
  readonly held?: RoleHold
}

/**
 * The role of a run: the one that was asked for, else the one that the thread worked in last, so that nobody slips out of a role by going on. Nothing is
 * loaded, and nothing is narrowed, where it has none.
 */
export async function runRole(
  { host }: CommandLine,
  { checkpointer }: Pick<Store, 'checkpointer'>,
  { settings, flags, folder, thread }: Pick<RunOrder, 'settings' | 'flags' | 'folder' | 'thread'>,
  note: (text: string) => void,
): Promise<RunRole> {
  const name = settings.role ?? (await lastRole(checkpointer, thread))
  if (name === undefined) return { settings, has: () => true }
  if (settings.role === undefined) note(`it goes on in the role ${name}`)
  const { openRole } = await import('../roles/open-role.ts')
  return openRole(name, { folder, environment: host.environment, settings, flags, note })
}

async function lastRole(checkpointer: Store['checkpointer'], thread: ThreadId): Promise<string | undefined> {
  try {
    return (await readAgent(checkpointer, thread)).run?.settings.role
  } catch (error) {
    if (KeepupError.is(error, 'thread-unknown')) return undefined
    throw error
  }
}
