import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'

import { type Hash, KeepupError, type Milliseconds, type Workspace } from '@keepup/core'

import { besideOthers } from './beside-others.ts'
import { checkRoot, ignoresCase } from './check-root.ts'
import { createShadow } from './create-shadow.ts'
import { git } from './git-command.ts'
import { isKept, keepTree, retainTrees } from './keep-tree.ts'
import { type Look, lookAtFiles } from './look-at-files.ts'
import { mergeTrees } from './merge-trees.ts'
import { processLives } from './process-lives.ts'
import { type RememberedLooks, rememberLooks } from './remembered-looks.ts'
import { finishRestores, restoreFiles } from './restore-files.ts'
import type { Shadow, Uncovered } from './shadow.ts'
import { touchedFiles } from './touched-files.ts'
import { requireTree, treeChanges } from './tree-changes.ts'

/** What a workspace is opened with. */
export interface GitWorkspaceOptions {
  /** The folder whose files are kept: that of one project. */
  readonly root: string
  /** A folder of this workspace alone, outside of `root`, where snapshots are kept. Made where it is missing, for its owner alone. */
  readonly storage: string
  /** In whose name snapshots are held, in letters and digits: what one holder lets go of another may still hold. `any` when left out. */
  readonly holder?: string
  /** In bytes: larger files are named as uncovered. 10 MiB when left out. */
  readonly largestFile?: number
  /** More new files than these are refused. 200,000 when left out. */
  readonly mostFiles?: number
  /** A step of git's that looks at the files and takes longer is ended, and the look fails `workspace-conflict`. 2 minutes when left out. */
  readonly longestLook?: Milliseconds
}

/** A workspace whose snapshots are trees of a git repository of its own. */
export interface GitWorkspace extends Workspace {
  /** Files that a restore before a kill did not reach, and that someone has changed since: they were left alone when this was opened. */
  readonly unfinished: readonly string[]
  reopen(root: string, at: Hash): Promise<Workspace>
  /** The changes between two snapshots, or to the present files, as a unified diff of git's. */
  difference(from: Hash, to?: Hash): Promise<string>
  /** What a snapshot has at a path; `undefined` where it has no file there. */
  read(at: Hash, path: string): Promise<Uint8Array | undefined>
  /** Keeps these snapshots, lets go of all others of this holder, and deletes every byte that only those had. Gives those that were let go. */
  retain(ids: Iterable<Hash>): Promise<readonly Hash[]>
}

const day = 24 * 60 * 60 * 1_000

/**
 * Opens the snapshots of a folder, and ends what a killed restore has begun. Covered are files, programs and symbolic links that no `.gitignore` names, also
 * those of repositories within; their bytes are kept exactly, whatever filters or line endings the project configures.
 *
 * @throws KeepupError `not-supported` without git, `configuration-invalid` where the folder is no workspace.
 */
export async function gitWorkspace(options: GitWorkspaceOptions): Promise<GitWorkspace> {
  const { root, storage } = await checkRoot(options.root, options.storage)
  const repository = await createShadow(storage)
  await sweep(storage)
  const {
    largestFile = 10 * 1024 * 1024,
    mostFiles = 200_000,
    longestLook = 120_000,
    holder = 'any',
  } = options
  const bounds = { largestFile, mostFiles, longestLook }
  const shadow: Shadow = {
    root,
    storage,
    repository,
    index: join(storage, 'index'),
    holder,
    bounds,
    ignoresCase: await ignoresCase(root),
  }
  return opened(shadow, new Map(), await besideOthers(storage, () => finishRestores(shadow)))
}

/** Where each branch started, by its root. */
type Branches = Map<string, Hash>

function opened(
  shadow: Shadow,
  branches: Branches,
  unfinished: readonly string[],
  dispose?: () => Promise<void>,
): GitWorkspace {
  let before: Promise<unknown> = Promise.resolve()
  /** What changes files happens one after the other. */
  const inTurn = <Result>(
    act: () => Promise<Result>,
    recall?: () => Promise<Result | undefined>,
  ): Promise<Result> => {
    const result = before.then(async () => (await recall?.()) ?? besideOthers(shadow.storage, act))
    before = result.catch(() => {})
    return result
  }
  const known = new Map<string, string>()
  const looks = rememberLooks(shadow)
  return {
    root: shadow.root,
    unfinished,
    snapshot: (touched) =>
      inTurn(
        () => takeSnapshot(shadow, { known, looks }, touched),
        touched === undefined ? () => recallSnapshot(shadow, looks) : undefined,
      ),
    treeHash: () =>
      inTurn(
        async () => (await looks.look()).id,
        async () => (await looks.recall())?.id,
      ),
    changes: (from, to) => inTurn(() => changesOf(shadow, from, to)),
    restore: (to, paths) => inTurn(() => restoreFiles(shadow, to, paths)),
    branch: (at) => inTurn(() => openBranch(shadow, branches, at)),
    reopen: (root, at) => inTurn(() => reopenBranch(shadow, branches, { root, at })),
    merge: (from) => inTurn(() => mergeFrom(shadow, branches, from)),
    difference: (from, to) => inTurn(() => differenceOf(shadow, from, to)),
    read: (at, path) => readAt(shadow, at, path),
    retain: (ids) => {
      const result = before.then(() => retainTrees(shadow, new Set([...ids, ...branches.values()])))
      before = result.catch(() => {})
      return result
    },
    async [Symbol.asyncDispose]() {
      await looks.settled()
      await dispose?.()
    },
  }
}

/** The last snapshot, where nothing has changed since and it is held still: what is not may be deleted at any moment. */
async function recallSnapshot(shadow: Shadow, looks: RememberedLooks): Promise<Look | undefined> {
  const look = await looks.recall()
  return look !== undefined && isKept(shadow, look.id) ? look : undefined
}

/** A look at a few paths says nothing of what is uncovered elsewhere: that is remembered. */
async function takeSnapshot(
  shadow: Shadow,
  { known, looks }: { readonly known: Map<string, string>; readonly looks: RememberedLooks },
  touched?: readonly string[],
): Promise<{ readonly id: Hash; readonly uncovered: readonly Uncovered[] }> {
  const few = await touchedFiles(shadow.root, touched)
  const { id, uncovered } = await (few === undefined ? looks.look() : lookAtFiles(shadow, { touched: few }))
  await keepTree(shadow, id)
  if (few === undefined) known.clear()
  for (const path of few ?? []) known.delete(path)
  for (const { path, reason } of uncovered) known.set(path, reason)
  return { id, uncovered: [...known].map(([path, reason]) => ({ path, reason })) }
}

async function presentOr(shadow: Shadow, to: Hash | undefined): Promise<Hash> {
  return to ?? (await lookAtFiles(shadow)).id
}

async function changesOf(shadow: Shadow, from: Hash, to?: Hash): ReturnType<Workspace['changes']> {
  await requireTree(shadow, from)
  if (to !== undefined) await requireTree(shadow, to)
  const changes = await treeChanges(shadow, from, await presentOr(shadow, to))
  return changes.map(({ path, change }) => ({ path, change }))
}

async function differenceOf(shadow: Shadow, from: Hash, to?: Hash): Promise<string> {
  await requireTree(shadow, from)
  if (to !== undefined) await requireTree(shadow, to)
  const args = ['diff-tree', '-r', '-p', '--no-ext-diff', '--no-textconv', '--no-color', '-M']
  const place = { repository: shadow.repository, tree: shadow.root }
  return (await git([...args, from, await presentOr(shadow, to)], place)).toString('utf8')
}

async function readAt(shadow: Shadow, at: Hash, path: string): Promise<Uint8Array | undefined> {
  await requireTree(shadow, at)
  const place = { repository: shadow.repository, tree: shadow.root }
  const found = (await git(['ls-tree', '-z', at, '--', path], place)).toString('utf8')
  const [, content] = /^\d+ blob ([0-9a-f]+)\t/.exec(found) ?? []
  return content === undefined ? undefined : git(['cat-file', 'blob', content], place)
}

async function openBranch(shadow: Shadow, branches: Branches, at: Hash): Promise<GitWorkspace> {
  await requireTree(shadow, at)
  await keepTree(shadow, at)
  const name = `branch-${process.pid}-${randomUUID()}`
  const root = join(shadow.storage, name)
  const branch: Shadow = { ...shadow, root, index: join(shadow.storage, `${name}.index`) }
  await mkdir(root, { mode: 0o700 })
  const place = { repository: shadow.repository, tree: root, index: branch.index }
  await git(['read-tree', at], place)
  await git(['checkout-index', '--all', '--force', '--quiet', '--index'], place)
  return openedBranch(branch, branches, at)
}

function openedBranch(branch: Shadow, branches: Branches, at: Hash): GitWorkspace {
  const { root, index } = branch
  branches.set(root, at)
  return opened(branch, branches, [], async () => {
    branches.delete(root)
    await Promise.all([rm(root, { recursive: true, force: true }), rm(index, { force: true })])
  })
}

/** A branch that a process left when it died. Only one of this storage's own: whatever else is named is somebody's files. */
async function reopenBranch(
  shadow: Shadow,
  branches: Branches,
  { root, at }: { readonly root: string; readonly at: Hash },
): Promise<GitWorkspace> {
  const known = (await readdir(shadow.storage)).find((name) => join(shadow.storage, name) === root)
  if (known === undefined || !/^branch-\d+-[\da-f-]+$/.test(known)) {
    throw new KeepupError(
      'not-supported',
      `${root} is no branch of the workspace ${shadow.root}, or it was removed.`,
    )
  }
  await requireTree(shadow, at)
  // What is in use again is not swept away as left.
  await utimes(root, new Date(), new Date())
  return openedBranch({ ...shadow, root, index: join(shadow.storage, `${known}.index`) }, branches, at)
}

async function mergeFrom(
  shadow: Shadow,
  branches: Branches,
  from: Workspace,
): ReturnType<Workspace['merge']> {
  const base = branches.get(from.root)
  if (base === undefined) {
    throw new KeepupError(
      'not-supported',
      `${from.root} is no branch of this workspace. Make one with branch, and merge it before the workspace is closed.`,
    )
  }
  const [{ id: ours }, { id: theirs }] = await Promise.all([lookAtFiles(shadow), from.snapshot()])
  await keepTree(shadow, ours)
  const { id, report } = await mergeTrees(shadow, { base, ours, theirs })
  await keepTree(shadow, id)
  await restoreFiles(shadow, id)
  return report
}

/** Removes what killed processes left: indices, halves of merges and branches that are older than a day. */
async function sweep(storage: string): Promise<void> {
  const names = await readdir(storage)
  for (const name of names) {
    const [, owner] = /^branch-(\d+)-/.exec(name) ?? []
    const isLeft =
      owner === undefined ? /^(?:index-|none-|merge-|draft-)/.test(name) : !processLives(Number(owner))
    if (!isLeft) continue
    const path = join(storage, name)
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined && Date.now() - found.mtimeMs > day)
      await rm(path, { recursive: true, force: true })
  }
}
