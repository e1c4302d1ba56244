import { randomUUID } from 'node:crypto'
import { link, rename, rm } from 'node:fs/promises'

import { type Hash, KeepupError } from '@keepup/core'

import { findCandidates } from './find-candidates.ts'
import { git } from './git-command.ts'
import { seedIndex } from './seed-index.ts'
import type { Shadow, Uncovered } from './shadow.ts'
import { sortCandidates } from './sort-candidates.ts'
import { stageFiles } from './stage-files.ts'

/** The present files as a tree of the shadow repository. */
export interface Look {
  readonly id: Hash
  readonly uncovered: readonly Uncovered[]
}

/** What a look is told. */
export interface LookOptions {
  /** Nothing else is known to have changed. */
  readonly touched?: readonly string[] | undefined
  /** Is given the index that says what was seen, before it is another's. */
  readonly keepIndex?: (index: string) => Promise<void>
}

/** A file may vanish or change hands while it is read; then everything is looked at again, this often. */
const attempts = 3

/**
 * Reads what has changed into the shadow repository. Each look works on an index of its own that replaces the common one at its end: looks may overlap, and
 * one that is killed leaves nothing that is in the way of the next.
 */
export async function lookAtFiles(shadow: Shadow, { touched, keepIndex }: LookOptions = {}): Promise<Look> {
  for (let attempt = 1; ; attempt += 1) {
    const index = `${shadow.index}-${randomUUID()}`
    try {
      // The last attempt trusts no earlier index: one that was damaged costs time, not snapshots.
      const fresh = attempt === attempts
      if (fresh || !(await adopt(shadow.index, index))) await seedIndex(shadow, index)
      const look = await stage(shadow, index, fresh ? undefined : touched)
      await keepIndex?.(index)
      await publish(index, shadow.index)
      return look
    } catch (error) {
      if (attempt >= attempts || !KeepupError.is(error, 'internal')) throw error
    } finally {
      await Promise.all([rm(index, { force: true }), rm(`${index}.lock`, { force: true })])
    }
  }
}

async function stage(shadow: Shadow, index: string, touched: readonly string[] | undefined): Promise<Look> {
  const { repository, root: tree } = shadow
  const candidates = await findCandidates(shadow, index, touched)
  const sorted = await sortCandidates(shadow, candidates.paths)
  await stageFiles(shadow, index, sorted)
  const id = (await git(['write-tree'], { repository, tree, index })).toString('utf8').trim()
  return { id, uncovered: [...candidates.uncovered, ...sorted.uncovered] }
}

/** Git replaces an index, it never writes into one: a second name of the common index stays as it is, and keeps its time, by which git knows what it cannot be sure of. */
async function adopt(common: string, own: string): Promise<boolean> {
  return link(common, own).then(
    () => true,
    () => false,
  )
}

/** Renaming one name of a file to another of the same file does nothing: then both names were the common index already. */
function publish(own: string, common: string): Promise<void> {
  return rename(own, common)
}
