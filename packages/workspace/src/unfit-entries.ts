import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { git } from './git-command.ts'
import { nulList } from './nul-list.ts'
import type { IndexEntry } from './read-index.ts'
import type { Project } from './seed-index.ts'
import type { Shadow } from './shadow.ts'

/** Files, programs and symbolic links. */
const plain = new Set(['100644', '100755', '120000'])

/**
 * Entries of the user's index that do not say what bytes the working tree has: links to repositories, unmerged or marked ones, those whose content is not
 * there, and those that a filter or a line ending made from other bytes. Such conversions change the size; a filter might not, so its files are never trusted.
 */
export async function unfitEntries(
  shadow: Shadow,
  project: Project,
  entries: readonly IndexEntry[],
): Promise<readonly string[]> {
  const [sizes, filtered] = await Promise.all([
    contentSizes(shadow, entries),
    filteredPaths(shadow, project, entries),
  ])
  return entries
    .filter(
      ({ path, mode, size, marked }, position) =>
        marked || !plain.has(mode) || sizes[position] !== size || filtered.has(path),
    )
    .map(({ path }) => path)
}

/** In bytes, in the order of the entries; NaN for what is not there. */
async function contentSizes(
  { repository, root: tree }: Shadow,
  entries: readonly IndexEntry[],
): Promise<readonly number[]> {
  const input = entries.map(({ content }) => `${content}\n`).join('')
  const args = ['cat-file', '--batch-check=%(objecttype) %(objectsize)', '--buffer']
  const lines = (await git(args, { repository, tree, input })).toString('utf8').split('\n')
  return entries.map((_, position) => {
    const [type, size] = lines[position]?.split(' ') ?? []
    return type === 'blob' ? Number(size) : Number.NaN
  })
}

async function filteredPaths(
  { root: tree, bounds }: Shadow,
  { common }: Project,
  entries: readonly IndexEntry[],
): Promise<ReadonlySet<string>> {
  const attributes = entries.some(({ path }) => /(?:^|\/)\.gitattributes$/.test(path))
  if (!attributes && !existsSync(join(common, 'info', 'attributes'))) return new Set()
  const input = nulList(entries.map(({ path }) => path))
  const output = await git(['check-attr', '-z', '--stdin', 'filter'], {
    tree,
    input,
    timeout: bounds.longestLook,
  })
  const fields = output.toString('utf8').split('\0')
  const unset = new Set(['unspecified', 'unset'])
  return new Set(
    fields.filter((_, position) => position % 3 === 0 && !unset.has(fields[position + 2] ?? 'unset')),
  )
}
