import { existsSync } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'

import { KeepupError } from '@keepup/core'

import { git, tryGit, gitFailure } from './git-command.ts'
import { readNulList } from './nul-list.ts'
import type { Shadow, Uncovered } from './shadow.ts'

/** Paths that may differ from what the index knows, and what could not be looked at. */
export interface Candidates {
  readonly paths: readonly string[]
  readonly uncovered: readonly Uncovered[]
}

/** Asks git what has changed since the index was written, and what is new and not ignored; below the given paths only, where some are given. */
export async function findCandidates(
  shadow: Shadow,
  index: string,
  touched: readonly string[] | undefined,
): Promise<Candidates> {
  const few = touched === undefined ? undefined : await findAmong(shadow, index, touched)
  if (few !== undefined) return few
  const limited = touched === undefined ? [] : ['--', ...touched]
  const { repository, root: tree, bounds } = shadow
  const [changed, fresh] = await Promise.all([
    git(['diff-files', '--name-only', '-z', ...limited], {
      repository,
      tree,
      index,
      timeout: bounds.longestLook,
    }),
    findNew(shadow, { tree, index, limited }),
  ])
  const known = readNulList(changed)
  const paths = [...new Set([...known.items, ...fresh.paths])]
  return { paths, uncovered: [...fresh.uncovered, ...known.unreadable.map(unspeakable)] }
}

/**
 * Of a few files it costs less to read each than to ask which differ: one process says which of them are known, or new and not ignored. `undefined` where
 * one is a folder, or holds a repository.
 */
async function findAmong(
  { repository, root: tree, bounds }: Shadow,
  index: string,
  touched: readonly string[],
): Promise<Candidates | undefined> {
  const found = await Promise.all(touched.map((path) => lstat(join(tree, path)).catch(() => undefined)))
  if (found.some((stat) => stat?.isDirectory())) return undefined
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', ...privateRules(tree)]
  const place = { repository, tree, index, timeout: bounds.longestLook }
  const { items, unreadable } = readNulList(await git([...args, '--', ...touched], place))
  if (items.some((item) => item.endsWith('/'))) return undefined
  return { paths: [...new Set(items)], uncovered: unreadable.map(unspeakable) }
}

interface Look {
  readonly tree: string
  readonly index: string
  readonly limited: readonly string[]
}

/** What the index does not know and nobody ignores. Repositories within are looked through with rules of their own, and their files belong to the same snapshot. */
async function findNew(shadow: Shadow, { tree, index, limited }: Look): Promise<Candidates> {
  const { repository, bounds } = shadow
  const args = ['ls-files', '-z', '--others', '--exclude-standard', ...privateRules(tree), ...limited]
  const end = await tryGit(args, { repository, tree, index, timeout: bounds.longestLook })
  if (end.code !== 0) throw gitFailure(args, end)
  const { items, unreadable } = readNulList(end.output)
  if (items.length > bounds.mostFiles) throw tooMany(tree, items.length, bounds.mostFiles)
  const nested = items.filter((item) => item.endsWith('/'))
  const within = await Promise.all(nested.map((folder) => findWithin(shadow, tree, folder)))
  return {
    paths: [...items.filter((item) => !item.endsWith('/')), ...within.flatMap(({ paths }) => paths)],
    uncovered: [
      ...unreadable.map(unspeakable),
      ...closedFolders(end.errors),
      ...within.flatMap(({ uncovered }) => uncovered),
    ],
  }
}

async function findWithin(shadow: Shadow, tree: string, folder: string): Promise<Candidates> {
  // An index that is not there is an empty one.
  const index = join(shadow.storage, `none-${crypto.randomUUID()}`)
  const found = await findNew(shadow, { tree: join(tree, folder), index, limited: [] })
  const beneath = <Item extends { readonly path: string }>(item: Item): Item => ({
    ...item,
    path: `${folder}${item.path}`,
  })
  return { paths: found.paths.map((path) => `${folder}${path}`), uncovered: found.uncovered.map(beneath) }
}

/** What a person ignores in this repository alone. */
function privateRules(tree: string): readonly string[] {
  const file = join(tree, '.git', 'info', 'exclude')
  return existsSync(file) ? [`--exclude-from=${file}`] : []
}

/** Folders that git could not open: it says so and goes on. */
function closedFolders(errors: string): readonly Uncovered[] {
  return [...errors.matchAll(/could not open directory '(.+?)\/?'/g)].map(([, path = '']) => ({
    path,
    reason: 'the folder may not be read',
  }))
}

function unspeakable(path: string): Uncovered {
  return { path, reason: 'its name is not UTF-8' }
}

function tooMany(tree: string, found: number, most: number): KeepupError {
  return new KeepupError(
    'not-supported',
    `${tree} has ${found} new files that nobody ignores, and a snapshot covers at most ${most}. Name build output and dependencies in .gitignore, choose a smaller folder, or raise mostFiles.`,
  )
}
