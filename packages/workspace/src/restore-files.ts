import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import { type Hash, KeepupError } from '@keepup/core'

import { applyChanges, draftName } from './apply-changes.ts'
import { chosenChanges } from './chosen-changes.ts'
import { keepTree } from './keep-tree.ts'
import { lookAtFiles } from './look-at-files.ts'
import { lossesOf, refuseLosses } from './refuse-losses.ts'
import { beginJournal, type BegunRestore, deadJournals } from './restore-journal.ts'
import type { Shadow } from './shadow.ts'
import { requireTree, treeChanges } from './tree-changes.ts'

/** Brings files to what a snapshot has, after keeping the present ones: their id is given. Killed in the middle, {@link finishRestores} does the rest. */
export async function restoreFiles(shadow: Shadow, to: Hash, paths?: readonly string[]): Promise<Hash> {
  await requireTree(shadow, to)
  const { id: from } = await lookAtFiles(shadow)
  await keepTree(shadow, from)
  const changes = chosenChanges(await treeChanges(shadow, from, to), paths)
  await refuseLosses(shadow, changes)
  if (changes.length === 0) return from
  const mark = randomUUID()
  const end = await beginJournal(shadow, mark, { from, to, ...(paths === undefined ? {} : { paths }) })
  try {
    await applyChanges(shadow, changes, mark)
  } catch (cause) {
    throw interrupted(from, to, cause)
  } finally {
    await end()
  }
  return from
}

/**
 * Ends what killed processes have begun: a file that is as it was before the restore becomes what was asked for, half written ones are removed; one that someone
 * has changed since is left alone, and named.
 */
export async function finishRestores(shadow: Shadow): Promise<readonly string[]> {
  const left: string[] = []
  for (const { mark, restore, end } of await deadJournals(shadow)) {
    left.push(...(await finish(shadow, restore, mark)))
    await end()
  }
  return left
}

async function finish(
  shadow: Shadow,
  { from, to, paths }: BegunRestore,
  mark: string,
): Promise<readonly string[]> {
  const planned = chosenChanges(await treeChanges(shadow, from, to), paths)
  const folders = new Set(planned.map(({ path }) => dirname(path)))
  for (const folder of folders) await rm(join(shadow.root, folder, draftName(mark)), { force: true })
  const { id } = await lookAtFiles(shadow)
  await keepTree(shadow, id)
  const missing = new Map((await treeChanges(shadow, id, to)).map((change) => [change.path, change]))
  const open = planned.flatMap(({ path, before }) => {
    const change = missing.get(path)
    return change === undefined ? [] : [{ change, asBefore: change.before.content === before.content }]
  })
  const wanted = open.filter(({ asBefore }) => asBefore).map(({ change }) => change)
  const losses = new Set((await lossesOf(shadow, wanted)).map(({ path }) => path))
  await applyChanges(
    shadow,
    wanted.filter(({ path }) => !losses.has(path)),
    mark,
  )
  return open
    .filter(({ asBefore, change }) => !asBefore || losses.has(change.path))
    .map(({ change }) => change.path)
}

function interrupted(from: Hash, to: Hash, cause: unknown): KeepupError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new KeepupError(
    'workspace-conflict',
    `Only some of the files were brought to ${to.slice(0, 12)}: ${why}. Remove the cause and restore it again, or restore ${from.slice(0, 12)} to have everything as it was before.`,
    { cause, details: { from, to } },
  )
}
