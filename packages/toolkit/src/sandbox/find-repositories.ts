import { type Dirent, lstatSync, readdirSync } from 'node:fs'
import { setImmediate as letOthersRun } from 'node:timers/promises'

/** A folder that git would take for a repository (gitrepository-layout(5)), whatever its name. */
export interface Repository {
  readonly folder: string
  /** Of the folder: it keeps it when it is moved. */
  readonly inode: number
}

/** What a search found. */
export interface FoundRepositories {
  readonly repositories: readonly Repository[]
  /** Whether there were more folders than are looked into. */
  readonly cut: boolean
}

interface SeenFolder {
  readonly inode: number
  /** When it last changed, in milliseconds. */
  readonly changed: number
  readonly folders: readonly string[]
  readonly repository: boolean
}

/** So many folders are looked into. */
const mostFolders = 200_000
/** A folder that changed so shortly before it was read may change again without another time. */
const clockStep = 50
const restAfter = 500

/** Looks for repositories below a folder, again and again: folders that did not change are not read again. Links are not followed. */
export function createRepositorySearch(root: string): () => Promise<FoundRepositories> {
  let seen = new Map<string, SeenFolder>()
  return async () => {
    const fresh = new Map<string, SeenFolder>()
    const repositories: Repository[] = []
    const waiting = [root]
    for (
      let folder = waiting.shift();
      folder !== undefined && fresh.size < mostFolders;
      folder = waiting.shift()
    ) {
      const found = lookInto(folder, seen.get(folder))
      if (found === undefined) continue
      fresh.set(folder, found)
      if (found.repository) repositories.push({ folder, inode: found.inode })
      for (const name of found.folders) waiting.push(`${folder}/${name}`)
      if (fresh.size % restAfter === 0) await letOthersRun()
    }
    seen = fresh
    return { repositories, cut: fresh.size >= mostFolders }
  }
}

function lookInto(folder: string, before: SeenFolder | undefined): SeenFolder | undefined {
  try {
    const { ino, ctimeMs } = lstatSync(folder)
    const now = Date.now()
    if (before !== undefined && before.inode === ino && before.changed === ctimeMs) return before
    const entries = readdirSync(folder, { withFileTypes: true })
    const repository = isRepository(entries)
    return {
      inode: ino,
      changed: ctimeMs > now - clockStep ? -1 : ctimeMs,
      folders: entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .filter((name) => !(repository && isStore(folder, name))),
      repository,
    }
  } catch {
    // It is gone by now, or may not be read: then a program in a sandbox could not write there either.
    return undefined
  }
}

function isRepository(entries: readonly Dirent[]): boolean {
  const names = new Set(entries.map(({ name }) => name))
  return names.has('HEAD') && ((names.has('objects') && names.has('refs')) || names.has('commondir'))
}

/** Git's own store: thousands of folders, in none of which anybody works. */
function isStore(folder: string, name: string): boolean {
  return folder.endsWith('/.git') && (name === 'objects' || name === 'logs' || name === 'refs')
}
