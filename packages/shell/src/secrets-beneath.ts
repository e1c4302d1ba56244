import type { Reading } from './call.ts'
import type { FolderEntry } from './command-place.ts'
import { refuse } from './findings.ts'
import { holdsCredentials } from './git-repository.ts'
import { follow, type Ground, isInside } from './ground.ts'
import { isSecretName, isSecretPath } from './secret-names.ts'
import type { ShellState } from './shell-state.ts'

/** Which files a search looks into, by name, whole path, and the folder or file where the search starts. */
export type NameFilter = (name: string, path: string, start: string) => boolean

/** Every file is looked into. */
export const everyFile: NameFilter = () => true

/** Folders of other people's files, which hold none of the user's secrets. */
const skipped = new Set(['node_modules', '.venv', 'venv', '__pycache__', '.pnpm-store'])

/** How many things are looked at before a tree counts as too large to tell. */
const mostEntries = 20_000

/** Refuses a recursive read of a tree in which a file with the name of a secret would be read. */
export function refuseSecretsBeneath(
  word: string,
  state: ShellState,
  filter: NameFilter,
  reading: Reading,
): void {
  const { ground } = reading
  refuseBeneath(word, state, reading, {
    skips: (name) => name === '.git' || skipped.has(name),
    suspects: suspectsAmong,
    isRefused: ({ folder, name }, path, start) =>
      folder
        ? isSecretFolder(name, path, (config) => filter('config', config, start), ground)
        : isSecretName(name) && filter(name, path, start),
  })
}

/**
 * Refuses a read, by a program that follows links, of a tree in which one leads out of the workspace, to a secret, or to a folder, of which the same
 * would have to be asked.
 */
export function refuseLinksBeneath(word: string, state: ShellState, reading: Reading): void {
  const { ground } = reading
  refuseBeneath(word, state, reading, {
    skips: () => false,
    isRefused: (_, path) => {
      const real = ground.real(path)
      if (real === path) return false
      return (
        !isInside(ground, real) ||
        isSecretPath(real.slice(ground.root.length)) ||
        ground.list(real) !== undefined
      )
    },
  })
}

interface Search {
  /** Folders that are not gone into. */
  readonly skips: (name: string) => boolean
  /** Those of a folder's entries that may be refused; all when left out. */
  readonly suspects?: (entries: readonly FolderEntry[]) => readonly FolderEntry[]
  readonly isRefused: (entry: FolderEntry, path: string, start: string) => boolean
}

function refuseBeneath(word: string, state: ShellState, reading: Reading, search: Search): void {
  for (const folder of state.folders) {
    const start = follow(reading.ground, folder, word)
    const found = findBeneath(start, reading.ground, search)
    if (found === undefined) continue
    if (found === 'too-large') refuse(reading, 'secret', `${start} is too large to tell what would be read`)
    else
      refuse(
        reading,
        'secret',
        `${found} would be read: it has the name of a secret, or is a link that leads away`,
      )
    return
  }
}

function findBeneath(start: string, ground: Ground, search: Search): string | undefined {
  const { skips, suspects, isRefused } = search
  const folders = [start]
  let seen = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = ground.list(folder) ?? []
    seen += entries.length
    if (seen > mostEntries) return 'too-large'
    for (const entry of suspects?.(entries) ?? entries) {
      const path = `${folder}/${entry.name}`
      if (isRefused(entry, path, start)) return path
    }
    for (const { name, folder: isFolder } of entries)
      if (isFolder && !skips(name)) folders.push(`${folder}/${name}`)
  }
  return undefined
}

/** By a list of entries, which is the same one while the folder does not change. */
const known = new WeakMap<readonly FolderEntry[], readonly FolderEntry[]>()

/** Entries with the name of a secret, and repositories, whose configuration may be one. */
function suspectsAmong(entries: readonly FolderEntry[]): readonly FolderEntry[] {
  const found = known.get(entries) ?? entries.filter(({ name }) => name === '.git' || isSecretName(name))
  known.set(entries, found)
  return found
}

function isSecretFolder(
  name: string,
  path: string,
  readsConfiguration: (path: string) => boolean,
  ground: Ground,
): boolean {
  if (name === '.git') return readsConfiguration(`${path}/config`) && holdsToken(path, ground)
  return !skipped.has(name) && isSecretName(name)
}

/** A repository's configuration is secret where it holds a password or a token. */
function holdsToken(folder: string, ground: Ground): boolean {
  return holdsCredentials(ground.text(`${folder}/config`) ?? '')
}
