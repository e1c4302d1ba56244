import type { SandboxProfile } from '@keepup/core'

import { type CommandLedger, thisOwner } from './command-ledger.ts'
import type { FoundRepositories, Repository } from './find-repositories.ts'
import { lookAt } from './hold-back.ts'
import { makePlaceholders, removePlaceholders } from './placeholder-folders.ts'
import { type Mount, type MountPlan, planMounts } from './plan-mounts.ts'
import { putBack } from './put-back.ts'
import { watchRepositories } from './repository-watch.ts'

/** Holds what mounts alone cannot: names that do not exist yet, repositories that are made while a command runs. */
export interface WorkspaceGuard {
  /** Plans what to mount, and stands in for what must not be made. */
  begin(profile: SandboxProfile): Promise<GuardedCommand & { readonly mounts: readonly Mount[] }>
  /** The same for a sandbox that mounts by itself: `covered` is what it must not let a command write. */
  watch(profile: SandboxProfile): Promise<GuardedCommand & { readonly covered: readonly string[] }>
}

/** A command that is looked after. */
export interface GuardedCommand {
  /** To be called when it ended; says what was made harmless. */
  readonly release: () => Promise<readonly string[]>
}

/** A command, before and while it runs. */
interface Guarded extends Pick<MountPlan, 'placeholders' | 'watched'> {
  readonly repositories: readonly Repository[]
  /** What there is to say from before. */
  readonly told: readonly string[]
}

/** So many repositories are covered by mounts, which cost time; those beyond are only looked at afterwards. */
const mostCovered = 200
const tooMany =
  'There are too many folders to look for new repositories in all of them: look before you use git in one.'

/** What this user cannot make, its commands cannot either: there is nothing to mount over. */
function stands({ path }: Mount, { placeholders }: Guarded): boolean {
  return !placeholders.includes(path) || lookAt(path) !== undefined
}

/** Guards the folders that commands may write. Commands may run beside each other, also those of other programs on the same folders. */
export function createWorkspaceGuard(writable: readonly string[], ledger: CommandLedger): WorkspaceGuard {
  const watch = watchRepositories(writable)
  const owner = thisOwner()
  let known: Promise<FoundRepositories> | undefined

  async function look(profile: SandboxProfile): Promise<Guarded & { readonly mounts: readonly Mount[] }> {
    // What the commands of a program that died left is made harmless first.
    const late = ledger.takeDead(writable)
    known ??= watch.search()
    const { repositories } = await known
    const standing = ledger.standing()
    for (const { placeholders } of late)
      removePlaceholders(placeholders.filter((path) => !standing.has(path)))
    const told = late.flatMap(({ since }) => watch.disarm(repositories, repositories, since))
    return {
      ...planMounts(profile, { repositories: repositories.slice(0, mostCovered), standing }),
      repositories,
      told,
    }
  }

  function enter({ repositories, told, placeholders, watched }: Guarded): GuardedCommand['release'] {
    const since = Date.now()
    const entry = ledger.enter({ since, writable, placeholders, owner })
    makePlaceholders(placeholders)
    return async () => {
      const found = await watch.search()
      const notes = [
        ...told,
        ...watched.flatMap(putBack),
        ...watch.disarm(found.repositories, repositories, since),
      ]
      known = Promise.resolve(found)
      const needed = ledger.standing(entry)
      removePlaceholders(placeholders.filter((path) => !needed.has(path)))
      entry.strike()
      return found.cut ? [...notes, tooMany] : notes
    }
  }

  return {
    async begin(profile) {
      const looked = await look(profile)
      const release = enter(looked)
      return { mounts: looked.mounts.filter((mount) => stands(mount, looked)), release }
    },
    async watch(profile) {
      const looked = await look(profile)
      const closed = looked.mounts.flatMap(({ type, path }) => (type === 'read-only' ? [path] : []))
      const missing = looked.placeholders.map((path) => ({ path }))
      return {
        covered: [...new Set([...profile.unwritable, ...closed])],
        release: enter({ ...looked, placeholders: [], watched: [...looked.watched, ...missing] }),
      }
    },
  }
}
