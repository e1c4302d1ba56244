import { existsSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import type { Hash } from '@keepup/core'

import { alone } from './beside-others.ts'
import { git } from './git-command.ts'
import { deleteLoose, dropTrees, heldTrees } from './keep-tree.ts'
import { processLives } from './process-lives.ts'

/** Which snapshots are let go of, and where they are. */
export interface Release {
  /** As given to `gitWorkspace`. */
  readonly storage: string
  readonly holder?: string
  readonly ids: readonly Hash[]
}

/** What became of snapshots that were let go of. */
export interface Released {
  /** Those that were held here by this holder. */
  readonly ids: readonly Hash[]
  /** Those of the asked ones that stay, because another holder holds them. */
  readonly held: readonly Hash[]
  /** Contents and folders that were deleted. */
  readonly deleted: number
  /** Contents and folders of theirs that other snapshots have too, and that stay. */
  readonly shared: number
}

/**
 * Lets go of snapshots and deletes what no other has, without opening the workspace: the folder of files may be gone. Waits until nobody looks. The next look
 * reads all files anew. Fails `workspace-conflict` where somebody goes on looking.
 */
export async function releaseSnapshots({ storage, holder = 'any', ids }: Release): Promise<Released> {
  const repository = join(storage, 'shadow.git')
  const none: Released = { ids: [], held: [], deleted: 0, shared: 0 }
  if (!existsSync(repository) || ids.length === 0) return none
  const place = { repository, storage }
  return alone(storage, async () => {
    const asked = new Set(ids)
    const trees = (await heldTrees(place)).filter(({ id }) => asked.has(id))
    const own = trees.filter((tree) => tree.holder === holder).map(({ id }) => id)
    const held = [...new Set(trees.filter((tree) => tree.holder !== holder).map(({ id }) => id))]
    if (own.length === 0) return { ...none, held }
    const before = await objectsOf(repository, storage, own)
    await dropTrees(place, holder, own)
    await removeTraces(storage)
    await deleteLoose(place)
    const shared = await countPresent(repository, storage, before)
    return { ids: own, held, deleted: before.length - shared, shared }
  })
}

/** Every folder and content that these trees have. */
async function objectsOf(repository: string, tree: string, ids: readonly Hash[]): Promise<readonly string[]> {
  const input = `${ids.join('\n')}\n`
  const args = ['rev-list', '--objects', '--no-object-names', '--stdin']
  const lines = (await git(args, { repository, tree, input })).toString('utf8').split('\n')
  return [...new Set(lines.filter(Boolean))]
}

async function countPresent(repository: string, tree: string, objects: readonly string[]): Promise<number> {
  const args = ['cat-file', '--batch-check=%(objecttype)']
  const input = `${objects.join('\n')}\n`
  const lines = (await git(args, { repository, tree, input })).toString('utf8').split('\n')
  return lines.filter((line) => line !== '' && !line.endsWith(' missing')).length
}

/** What else may hold names or contents: caches of what was seen, and what a process that is gone left: working trees of branches, marks it had begun. */
async function removeTraces(storage: string): Promise<void> {
  for (const name of await readdir(storage)) {
    const [, owner] = /^(?:branch-|deleting\.draft-)(\d+)-/.exec(name) ?? []
    const isTrace = /^(?:index|none-|merge-|draft-)/.test(name)
    const isLeft = owner !== undefined && !processLives(Number(owner))
    if (isTrace || isLeft) await rm(join(storage, name), { recursive: true, force: true })
  }
}
