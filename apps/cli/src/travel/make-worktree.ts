import { mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { relative, resolve } from 'node:path'

import { filesAt, type Place } from '@keepup/checkpoint'
import { type Hash, KeepupError } from '@keepup/core'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import { holderOf, openFiles, snapshotFolder } from '../running/project-files.ts'
import type { Store } from '../store.ts'
import { filesBefore } from '../upkeep/snapshots-of.ts'
import { threadFolder } from './thread-folder.ts'

/** A new folder for the files of a position. */
export interface Worktree {
  readonly folder: string
  /** Writes the files; with them the folder has the snapshots that the position's past names. */
  fill(): Promise<void>
}

/**
 * Plans a folder of its own for a fork: the files of a position, in a folder that is new or empty. Nothing is made before everything is known to be there. Fails
 * `input-invalid`, and `checkpoint-unknown` where no files were kept by then.
 */
export async function planWorktree(
  line: CommandLine,
  store: Store,
  place: Place,
  { worktree, cwd }: { readonly worktree: string; readonly cwd?: string },
): Promise<Worktree> {
  const { host } = line
  const source = realpathSync(await threadFolder(line, store, place.thread, cwd))
  const folder = resolve(host.workingDirectory, worktree)
  checkFolder(source, folder)
  const snapshot = await filesAt(store.checkpointer, place.thread, place.at)
  if (snapshot === undefined) throw noFiles(place)
  {
    // Fails where the files were kept for another folder.
    await using workspace = await openFiles(source, host.environment, store.path)
    await workspace.changes(snapshot, snapshot)
  }
  const ids = await filesBefore(store.checkpointer, place.thread, place.at)
  return { folder, fill: () => fill(line, store, { source, folder, snapshot, ids: [snapshot, ...ids] }) }
}

interface Filling {
  readonly source: string
  readonly folder: string
  readonly snapshot: Hash
  readonly ids: readonly Hash[]
}

async function fill(
  { host }: CommandLine,
  store: Store,
  { source, folder, snapshot, ids }: Filling,
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const { environment } = host
  const target = realpathSync(folder)
  const { adoptSnapshots } = await import('@keepup/workspace')
  await adoptSnapshots({
    from: snapshotFolder(source, environment),
    to: snapshotFolder(target, environment),
    holder: holderOf(store.path),
    ids,
  })
  await using workspace = await openFiles(target, environment, store.path)
  await workspace.restore(snapshot)
}

/** What is there already would be mixed with what comes, and what lies in the project would be part of its snapshots. */
function checkFolder(source: string, folder: string): void {
  const way = relative(source, folder)
  if (way === '' || !(way.startsWith('..') || way.startsWith('/')))
    throw usageError(`${folder} lies in ${source}, where the agent works`, 'name a folder outside of it')
  if (namesIn(folder).length > 0)
    throw usageError(`the folder ${folder} is not empty`, 'name a new one, or an empty one')
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw usageError(`${folder} is no folder that can be read`, 'name a new one, or an empty one')
  }
}

function noFiles({ thread, at }: Place): KeepupError {
  return new KeepupError('checkpoint-unknown', `no files of ${thread} were kept by position ${at}`, {
    details: {
      fix: 'name a later position; files are kept with --snapshots on, before the first call that may change any',
    },
  })
}
