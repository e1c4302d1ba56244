import { createHash } from 'node:crypto'
import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

import type { Hash, Workspace } from '@keepup/core'
import type { GitWorkspace } from '@keepup/workspace'

import type { Environment } from '../host.ts'
import { isDatabaseAddress, withoutPassword } from '../settings/database-address.ts'
import type { Settings } from '../settings/setting.ts'
import { defaultStore } from '../settings/user-file.ts'

/** The folder with a folder of snapshots for each project. */
export function snapshotFolders(environment: Environment): string {
  return join(dirname(defaultStore(environment)), 'workspaces')
}

/** In whose name a store's threads hold snapshots: what is erased from one store may still be another's. */
export function holderOf(store: string): string {
  const name = isDatabaseAddress(store)
    ? withoutPassword(store)
    : existsSync(store)
      ? realpathSync(store)
      : store
  return createHash('sha256').update(name).digest('hex').slice(0, 16)
}

/** The folder where the snapshots of a project's files are kept, by its name and path. */
export function snapshotFolder(folder: string, environment: Environment): string {
  const path = createHash('sha256').update(folder).digest('hex').slice(0, 16)
  const name = basename(folder)
    .replaceAll(/[^\w.-]/g, '_')
    .slice(0, 40)
  return join(snapshotFolders(environment), `${name}-${path}`)
}

/** The files of a run, kept as snapshots; opened with the first look, for most runs change nothing. `undefined` where snapshots are off. */
export function projectFiles(
  { snapshots, store }: Settings,
  folder: string,
  environment: Environment,
): Workspace | undefined {
  if (snapshots === 'off') return undefined
  let opening: Promise<GitWorkspace> | undefined
  const open = (): Promise<GitWorkspace> => (opening ??= openFiles(folder, environment, store))
  return {
    root: folder,
    snapshot: async (touched) => (await open()).snapshot(touched),
    treeHash: async () => (await open()).treeHash(),
    changes: async (from: Hash, to?: Hash) => (await open()).changes(from, to),
    restore: async (to, paths) => (await open()).restore(to, paths),
    branch: async (at) => (await open()).branch(at),
    reopen: async (branch, at) => (await open()).reopen(branch, at),
    merge: async (from) => (await open()).merge(from),
    async [Symbol.asyncDispose]() {
      await (await opening)?.[Symbol.asyncDispose]()
    },
  }
}

/** Opens the snapshots of a project's files, as those of a store's threads. */
export async function openFiles(
  folder: string,
  environment: Environment,
  store: string,
): Promise<GitWorkspace> {
  const { gitWorkspace } = await import('@keepup/workspace')
  return gitWorkspace({
    root: folder,
    storage: snapshotFolder(folder, environment),
    holder: holderOf(store),
  })
}
