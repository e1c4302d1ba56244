import type { Effect } from '@keepup/core'

import { readPlain } from '../read-plain.ts'
import { isMissing, type ResolvedPath, resolvePath } from '../resolve-path.ts'

/** A file that a call changed; `undefined` where it was not there. */
export interface ChangedFile {
  readonly place: ResolvedPath
  readonly before: Buffer | undefined
  readonly after: Buffer | undefined
}

/** In bytes: larger files are not followed. */
const largest = 5 * 1024 * 1024

/** The single files that a call may change, by its effects; nothing where it names none, as a shell command does. */
export function editedPaths(effects: readonly Effect[]): readonly string[] {
  const changing = effects.filter(({ kind }) => kind === 'write' || kind === 'delete')
  return [...new Set(changing.map(({ target }) => target).filter((target) => target !== '*'))]
}

/** What files hold, by path. Those outside of the root, folders and files above 5 MiB are left out. */
export async function readFiles(
  root: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, { readonly place: ResolvedPath; readonly bytes: Buffer | undefined }>> {
  const read = await Promise.all(
    paths.map(async (path) => {
      try {
        const place = await resolvePath(root, path)
        return { place, bytes: await readOrMissing(place) }
      } catch {
        return undefined
      }
    }),
  )
  const found = read.filter((one) => one !== undefined && (one.bytes?.length ?? 0) <= largest)
  return new Map(found.flatMap((one) => (one === undefined ? [] : [[one.place.absolute, one]])))
}

/** The files that differ from what they were. */
export async function changesSince(
  before: Awaited<ReturnType<typeof readFiles>>,
): Promise<readonly ChangedFile[]> {
  const changes = await Promise.all(
    [...before.values()].map(async ({ place, bytes }) => {
      const after = await readOrMissing(place).catch(() => bytes)
      return { place, before: bytes, after }
    }),
  )
  return changes.filter(({ before: old, after }) =>
    old === undefined || after === undefined ? old !== after : !old.equals(after),
  )
}

async function readOrMissing({ absolute }: ResolvedPath): Promise<Buffer | undefined> {
  try {
    return await readPlain(absolute)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
