import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { tryGit } from './git-command.ts'
import { nulList, readNulList } from './nul-list.ts'
import type { Shadow } from './shadow.ts'

/** The folders in which a new file would be part of a snapshot, and the rules that say so. */
export interface CoveredFolders {
  /** Relative to the root, which is ''. */
  readonly folders: readonly string[]
  /** Every `.gitignore` in them, and the rules of this repository alone, which may be missing. */
  readonly rules: readonly string[]
}

/** So deep do folders lie that hold no file of the snapshot and that nobody ignores. */
const deepest = 20
const mostFolders = 20_000

/**
 * Finds the folders that git would look through for new files: those with files of the snapshot, and of all others those that are not ignored. `undefined` where there is a
 * repository within, whose rules are its own. Throws where a folder cannot be listed.
 */
export async function coveredFolders(
  shadow: Shadow,
  index: string,
  files: readonly string[],
): Promise<CoveredFolders | undefined> {
  const known = foldersOf(files)
  const covered = { folders: [] as string[], rules: ['.git/info/exclude'] }
  let level: readonly string[] = ['']
  for (let depth = 0; level.length > 0; depth += 1) {
    const strange = walk(shadow.root, known, level, covered)
    if (strange === undefined || depth > deepest || covered.folders.length > mostFolders) return undefined
    const next = await notIgnored(shadow, index, strange)
    if (next === undefined) return undefined
    level = next
  }
  return covered
}

/** Goes through folders and all within that have files of the snapshot, and gives those that have none; `undefined` where one is a repository. */
function walk(
  root: string,
  known: ReadonlySet<string>,
  level: readonly string[],
  covered: { readonly folders: string[]; readonly rules: string[] },
): readonly string[] | undefined {
  const strange: string[] = []
  const left = [...level]
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    covered.folders.push(folder)
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.name === '.git' && folder !== '') return undefined
      if (entry.name === '.gitignore') covered.rules.push(path)
      if (!entry.isDirectory() || path === '.git') continue
      if (known.has(path)) left.push(path)
      else strange.push(path)
    }
  }
  return strange
}

function foldersOf(files: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const file of files) {
    for (let folder = dirname(file); folder !== '.' && !folders.has(folder); folder = dirname(folder)) {
      folders.add(folder)
    }
  }
  return folders
}

async function notIgnored(
  { repository, root: tree, bounds }: Shadow,
  index: string,
  folders: readonly string[],
): Promise<readonly string[] | undefined> {
  if (folders.length === 0) return []
  const exclude = join(tree, '.git', 'info', 'exclude')
  const args = ['-c', `core.excludesFile=${exclude}`, 'check-ignore', '-z', '--stdin']
  const input = nulList(folders.map((folder) => `./${folder}`))
  const place = { repository, tree, index, timeout: bounds.longestLook, takesNoLiterals: true } as const
  const { code, output } = await tryGit(args, { ...place, input })
  if (code !== 0 && code !== 1) return undefined
  const ignored = new Set(readNulList(output).items)
  return folders.filter((folder) => !ignored.has(`./${folder}`))
}
