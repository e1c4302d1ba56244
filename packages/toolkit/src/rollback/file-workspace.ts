import { chmod, mkdtemp, realpath, rm, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { type FileChange, type Hash, KeepupError, type MergeReport, type Workspace } from '@keepup/core'

import { contentHash } from '../editing/content-hash.ts'
import { replaceFile } from '../replace-file.ts'
import { compareTrees, createTreeReader, decodeTree, encodeTree, type FileTree } from './file-tree.ts'
import { folderStore, memoryStore, type SnapshotStore } from './snapshot-store.ts'

/** A workspace whose snapshots are kept in memory: for a run that needs them no longer than itself. */
export function memoryWorkspace(root: string): Promise<Workspace> {
  return openWorkspace(root, { store: memoryStore(), branches: new Map() })
}

/** A workspace whose snapshots are plain copies of files in a folder outside of it, by their hash. */
export function copiesWorkspace(root: string, folder: string): Promise<Workspace> {
  return openWorkspace(root, { store: folderStore(folder), branches: new Map() })
}

/** What a workspace and its branches share. */
interface Shared {
  readonly store: SnapshotStore
  /** Where each branch started, by its root. */
  readonly branches: Map<string, Hash>
}

/**
 * Covers the plain files below the root that git would not ignore, with their modes; files above 20 MiB are named as uncovered, symbolic links are left alone.
 * Merging is by whole files: one that changed on both sides is a conflict.
 */
async function openWorkspace(
  folder: string,
  shared: Shared,
  dispose?: () => Promise<void>,
): Promise<Workspace> {
  const root = await realpath(folder)
  const { store, branches } = shared
  const reader = createTreeReader(root, store)
  const treeAt = async (id: Hash): Promise<FileTree> => decodeTree(await store.get(id))
  const present = async (): Promise<FileTree> => (await reader.read()).tree
  const snapshot: Workspace['snapshot'] = async () => {
    const { tree, uncovered } = await reader.read()
    return { id: await store.put(encodeTree(tree)), uncovered }
  }
  return {
    root,
    snapshot,
    treeHash: async () => contentHash(encodeTree(await present())),
    changes: async (from, to) =>
      compareTrees(await treeAt(from), to === undefined ? await present() : await treeAt(to)),
    async restore(to, paths) {
      const target = await treeAt(to)
      const { id } = await snapshot()
      const changes = compareTrees(await treeAt(id), target)
      const wanted = paths === undefined ? changes : changes.filter(({ path }) => isWithin(path, paths))
      await applyChanges({ root, store, target }, wanted)
      return id
    },
    async branch(at) {
      const target = await treeAt(at)
      const place = await realpath(await mkdtemp(join(tmpdir(), 'keepup-branch-')))
      await applyChanges({ root: place, store, target }, compareTrees(new Map(), target))
      branches.set(place, at)
      return openWorkspace(place, shared, async () => {
        branches.delete(place)
        await rm(place, { recursive: true, force: true })
      })
    },
    async merge(from) {
      const at = branches.get(from.root)
      if (at === undefined) {
        throw new KeepupError(
          'not-supported',
          `${from.root} is no branch of this workspace. Make one with branch.`,
        )
      }
      const theirs = await treeAt((await from.snapshot()).id)
      const report = planMerge({ base: await treeAt(at), ours: await present(), theirs })
      await applyChanges({ root, store, target: theirs }, report.merged)
      return report
    },
    [Symbol.asyncDispose]: async () => dispose?.(),
  }
}

async function applyChanges(
  {
    root,
    store,
    target,
  }: { readonly root: string; readonly store: SnapshotStore; readonly target: FileTree },
  changes: readonly FileChange[],
): Promise<void> {
  const gone = changes.filter(({ path }) => !target.has(path))
  for (const { path } of gone) await removeFile(root, path)
  for (const { path } of changes) {
    const absolute = join(root, path)
    const wanted = target.get(path)
    if (wanted === undefined) continue
    const bytes = await store.get(wanted.hash)
    await replaceFile({ place: { absolute, shown: path }, bytes, key: wanted.hash })
    await chmod(absolute, wanted.mode)
  }
}

/** Removes a file, and the folders that held nothing else: a file may have stood in the place of one. */
async function removeFile(root: string, path: string): Promise<void> {
  await rm(join(root, path), { force: true })
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    const removed = await rmdir(join(root, folder)).then(
      () => true,
      () => false,
    )
    if (!removed) return
  }
}

/** Whether a path is one of those, or below one. */
function isWithin(path: string, paths: readonly string[]): boolean {
  return paths.some((each) => path === each || path.startsWith(`${each.replace(/\/$/, '')}/`))
}

function planMerge({
  base,
  ours,
  theirs,
}: Readonly<Record<'base' | 'ours' | 'theirs', FileTree>>): MergeReport {
  const merged: FileChange[] = []
  const conflicts: { readonly path: string; readonly reason: string }[] = []
  const mine = new Map(compareTrees(base, ours).map((change) => [change.path, change]))
  for (const change of compareTrees(base, theirs)) {
    const same = ours.get(change.path)?.hash === theirs.get(change.path)?.hash
    if (!mine.has(change.path)) merged.push(change)
    else if (!same) conflicts.push({ path: change.path, reason: 'it changed on both sides' })
  }
  return { merged, conflicts }
}
