import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { FileChange, Hash, MergeReport } from '@keepup/core'

import { openBlobReader } from './blob-reader.ts'
import { git, tryGit } from './git-command.ts'
import { nulList } from './nul-list.ts'
import type { Shadow, TreeChange, TreeEntry } from './shadow.ts'
import { treeChanges } from './tree-changes.ts'

/** Three trees: where both sides come from, and where they are. */
export interface Sides {
  readonly base: Hash
  readonly ours: Hash
  readonly theirs: Hash
}

/** What a merge would make: a tree, and the report. */
export interface MergedTree {
  readonly id: Hash
  readonly report: MergeReport
}

/** Joins two trees, file by file and, in text that both changed, line by line. What cannot be joined stays as our side has it, and is reported. */
export async function mergeTrees(shadow: Shadow, sides: Sides): Promise<MergedTree> {
  const mine = new Map((await treeChanges(shadow, sides.base, sides.ours)).map((each) => [each.path, each]))
  const merged: (FileChange & { readonly entry: TreeEntry })[] = []
  const conflicts: { readonly path: string; readonly reason: string }[] = []
  for (const theirs of await treeChanges(shadow, sides.base, sides.theirs)) {
    const { path, change } = theirs
    const ours = mine.get(path)
    if (ours === undefined && isBlocked(path, mine)) {
      conflicts.push({ path, reason: 'a file on one side is a folder on the other' })
    } else if (ours === undefined) merged.push({ path, change, entry: theirs.after })
    else if (!isSame(ours.after, theirs.after)) {
      const joined = await joinContents(shadow, ours, theirs)
      if ('reason' in joined) conflicts.push({ path, reason: joined.reason })
      else merged.push({ path, change: 'modified', entry: joined })
    }
  }
  const id = await writeTree(shadow, sides.ours, merged)
  return { id, report: { merged: merged.map(({ path, change }) => ({ path, change })), conflicts } }
}

function isSame(a: TreeEntry, b: TreeEntry): boolean {
  return a.content === b.content && a.kind === b.kind
}

/** Whether our side has a file where this path needs a folder, or files in what would be a file. */
function isBlocked(path: string, mine: ReadonlyMap<string, TreeChange>): boolean {
  return [...mine.values()].some(
    (ours) =>
      ours.after.kind !== 'none' && (path.startsWith(`${ours.path}/`) || ours.path.startsWith(`${path}/`)),
  )
}

async function joinContents(
  shadow: Shadow,
  ours: TreeChange,
  theirs: TreeChange,
): Promise<TreeEntry | { readonly reason: string }> {
  if (ours.after.kind === 'none' || theirs.after.kind === 'none') {
    return { reason: 'it was deleted on one side and changed on the other' }
  }
  const entries = [ours.after, ours.before, theirs.after]
  if (entries.some(({ kind }) => kind === 'link')) return { reason: 'it is a link, changed on both sides' }
  if (ours.before.kind === 'none') return { reason: 'it was added on both sides' }
  const folder = await mkdtemp(join(shadow.storage, 'merge-'))
  try {
    const files = await writeSides(shadow, folder, entries)
    const { code, output } = await tryGit(['merge-file', '-p', ...files], { tree: folder })
    if (code !== 0) return { reason: 'it was changed on both sides, in the same lines' }
    const place = { repository: shadow.repository, tree: shadow.root, input: output }
    const content = (await git(['hash-object', '-w', '--stdin', '--no-filters'], place))
      .toString('utf8')
      .trim()
    const base = ours.before.kind
    return { content, kind: theirs.after.kind === base ? ours.after.kind : theirs.after.kind }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeSides(
  shadow: Shadow,
  folder: string,
  entries: readonly TreeEntry[],
): Promise<readonly string[]> {
  await using blobs = openBlobReader(shadow)
  const names = ['ours', 'base', 'theirs']
  for (const [position, { content }] of entries.entries()) {
    await writeFile(join(folder, names[position] ?? ''), await blobs.read(content))
  }
  return names
}

async function writeTree(
  shadow: Shadow,
  from: Hash,
  merged: readonly { readonly path: string; readonly entry: TreeEntry }[],
): Promise<Hash> {
  const index = `${shadow.index}-${randomUUID()}`
  const place = { repository: shadow.repository, tree: shadow.root, index }
  const modes = { none: '0', file: '100644', program: '100755', link: '120000' }
  const input = nulList(
    merged.map(({ path, entry: { kind, content } }) =>
      kind === 'none' ? `0 ${'0'.repeat(40)}\t${path}` : `${modes[kind]} ${content}\t${path}`,
    ),
  )
  try {
    await git(['read-tree', from], place)
    await git(['update-index', '-z', '--index-info'], { ...place, input })
    return (await git(['write-tree'], place)).toString('utf8').trim()
  } finally {
    await rm(index, { force: true })
  }
}
