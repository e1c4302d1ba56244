import { realpathSync } from 'node:fs'

import { disarmRepositories } from './disarm-repositories.ts'
import { createRepositorySearch, type FoundRepositories, type Repository } from './find-repositories.ts'

/** The repositories below the folders that commands may write. */
export interface RepositoryWatch {
  /** Looks for them anew. */
  search(): Promise<FoundRepositories>
  /** Makes harmless what changed in them since, given those that were there before. Says what was done. */
  disarm(found: readonly Repository[], before: readonly Repository[], since: number): readonly string[]
}

/** Watches folders, which need not exist. */
export function watchRepositories(folders: readonly string[]): RepositoryWatch {
  const searches = folders.flatMap(realFolder).map((root) => ({ root, search: createRepositorySearch(root) }))
  return {
    async search() {
      const found = await Promise.all(searches.map((one) => one.search()))
      return {
        repositories: found.flatMap(({ repositories }) => repositories),
        cut: found.some(({ cut }) => cut),
      }
    },
    disarm(found, before, since) {
      const known = new Set(before.map(({ inode }) => inode))
      return searches.flatMap(({ root }) => {
        const below = found.filter(({ folder }) => folder === root || folder.startsWith(`${root}/`))
        return disarmRepositories(below, { since, known, root })
      })
    },
  }
}

function realFolder(path: string): readonly string[] {
  try {
    return [realpathSync(path)]
  } catch {
    return []
  }
}
