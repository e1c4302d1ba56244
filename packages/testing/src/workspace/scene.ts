import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import type { Workspace } from '@keepup/core'

import type { Check } from '../check.ts'
import type { WorkspaceHarness, WorkspacePlaces } from './harness.ts'

/** A folder with a workspace over it. */
export interface WorkspaceScene {
  readonly workspace: Workspace
  readonly root: string
  /** Writes files, by their relative path; `undefined` removes one. */
  readonly write: (files: Readonly<Record<string, string | Uint8Array | undefined>>) => Promise<void>
  readonly text: (path: string) => Promise<string>
  /** Every file below a folder, by its relative path, as bytes in base64. */
  readonly all: (folder?: string) => Promise<Readonly<Record<string, string>>>
  /** The same workspace, opened again. */
  readonly reopened: () => Promise<Workspace>
}

/** One promise of a workspace. `needs`: run only where the backend can be opened again. */
export interface WorkspaceCheck extends Check<WorkspaceHarness> {
  readonly needs?: 'reopen'
}

/** A check on a folder of its own, which is removed at the end. */
export function check(
  name: string,
  body: (scene: WorkspaceScene) => Promise<void>,
  needs?: 'reopen',
): WorkspaceCheck {
  const run = async (harness: WorkspaceHarness): Promise<void> => {
    const place = await realpath(await mkdtemp(join(tmpdir(), 'keepup-workspace-')))
    const places = { root: join(place, 'root'), storage: join(place, 'kept') }
    const open: Workspace[] = []
    try {
      await mkdir(places.root)
      const workspace = await harness.open(places)
      open.push(workspace)
      await body(sceneOf(harness, { places, workspace, open }))
    } finally {
      for (const each of open.toReversed()) await each[Symbol.asyncDispose]()
      await rm(place, { recursive: true, force: true })
    }
  }
  return { name, run, ...(needs === undefined ? {} : { needs }) }
}

function sceneOf(
  { reopen }: WorkspaceHarness,
  {
    places,
    workspace,
    open,
  }: { readonly places: WorkspacePlaces; readonly workspace: Workspace; readonly open: Workspace[] },
): WorkspaceScene {
  const { root } = places
  return {
    workspace,
    root,
    text: (path) => readFile(join(root, path), 'utf8'),
    all: (folder = root) => filesOf(folder),
    async write(files) {
      for (const [path, content] of Object.entries(files)) {
        const absolute = join(root, path)
        if (content === undefined) await rm(absolute, { recursive: true })
        else {
          await mkdir(dirname(absolute), { recursive: true })
          await writeFile(absolute, content)
        }
      }
    },
    async reopened() {
      if (reopen === undefined) throw new Error('the backend cannot be opened again')
      const again = await reopen(places)
      open.push(again)
      return again
    },
  }
}

async function filesOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {}
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const absolute = join(entry.parentPath, entry.name)
    found[absolute.slice(folder.length + 1)] = (await readFile(absolute)).toString('base64')
  }
  return found
}
