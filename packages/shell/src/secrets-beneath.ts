import type { Reading } from './call.ts'
import type { FolderEntry } from './command-place.ts'
import { refuse } from './findings.ts'
import { follow, type Ground, isInside } from './ground.ts'
import { isSecretName } from './secret-names.ts'
import type { ShellState } from './shell-state.ts'

/** Which files a search looks into. */
export type NameFilter = (name: string) => boolean

/** Folders of other people's files, which hold none of the user's secrets. */
const skipped = new Set(['node_modules', '.venv', 'venv', '__pycache__', '.pnpm-store'])

/** How many things are looked at before a tree counts as too large to tell. */
const mostEntries = 20_000

/** Refuses a recursive read of a tree in which a file with the name of a secret would be read. */
export function refuseSecretsBeneath(
  word: string,
  state: ShellState,
  filters: readonly NameFilter[],
  reading: Reading,
): void {
  refuseBeneath(word, state, reading, (entry, path) =>
    entry.folder
      ? isSecretFolder(entry.name, path, filters, reading.ground)
      : isSecretFile(entry.name, filters),
  )
}

/** Refuses a recursive read, by a program that follows links, of a tree in which one leads out of the workspace. */
export function refuseLinksBeneath(word: string, state: ShellState, reading: Reading): void {
  const { ground } = reading
  refuseBeneath(word, state, reading, (_, path) => !isInside(ground, ground.real(path)))
}

type IsRefused = (entry: FolderEntry, path: string) => boolean

function refuseBeneath(word: string, state: ShellState, reading: Reading, isRefused: IsRefused): void {
  for (const folder of state.folders) {
    const start = follow(reading.ground, folder, word)
    const found = findBeneath(start, reading.ground, isRefused)
    if (found === undefined) continue
    if (found === 'too-large') refuse(reading, 'secret', `${start} is too large to tell what would be read`)
    else refuse(reading, 'secret', `${found} would be read: it has the name of a secret, or leads outside`)
    return
  }
}

function findBeneath(start: string, ground: Ground, isRefused: IsRefused): string | undefined {
  const folders = [start]
  let seen = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = ground.list(folder) ?? []
    seen += entries.length
    if (seen > mostEntries) return 'too-large'
    for (const entry of entries) {
      const path = `${folder}/${entry.name}`
      if (isRefused(entry, path)) return path
      if (entry.folder && entry.name !== '.git' && !skipped.has(entry.name)) folders.push(path)
    }
  }
  return undefined
}

function isSecretFile(name: string, filters: readonly NameFilter[]): boolean {
  return isSecretName(name) && filters.every((fits) => fits(name))
}

function isSecretFolder(name: string, path: string, filters: readonly NameFilter[], ground: Ground): boolean {
  if (name === '.git') return filters.every((fits) => fits('config')) && holdsToken(path, ground)
  return !skipped.has(name) && isSecretName(name)
}

/** A repository's configuration is secret where it holds a password or a token. */
function holdsToken(folder: string, ground: Ground): boolean {
  return /:\/\/[^/\s]*@|extraheader|password|token|secret/i.test(ground.text(`${folder}/config`) ?? '')
}
