import { lstat } from 'node:fs/promises'
import { join } from 'node:path'

import type { FileChange, Hash } from '@keepup/core'

import { readPlain } from '../read-plain.ts'
import { walkFiles } from '../walk-files.ts'
import type { SnapshotStore } from './snapshot-store.ts'

/** The files of a folder at one moment, by path in alphabetical order. */
export type FileTree = ReadonlyMap<string, { readonly hash: Hash; readonly mode: number }>

/** What a look at a folder found. */
export interface TreeLook {
  readonly tree: FileTree
  readonly uncovered: readonly { readonly path: string; readonly reason: string }[]
}

/** Looks at the same folder again and again: files that did not change are not read again. */
export interface TreeReader {
  read(): Promise<TreeLook>
}

/** In bytes. */
const largest = 20 * 1024 * 1024
/** A file that changed so short a time ago may change again without its times telling, in milliseconds. */
const settled = 50

export function createTreeReader(root: string, store: SnapshotStore): TreeReader {
  let known = new Map<string, { readonly stamp: string; readonly hash: Hash }>()
  return {
    async read() {
      const tree = new Map<string, { readonly hash: Hash; readonly mode: number }>()
      const uncovered: { readonly path: string; readonly reason: string }[] = []
      const next: typeof known = new Map()
      const signal = new AbortController().signal
      for await (const path of walkFiles({ root, folder: '', signal })) {
        const found = await lstat(join(root, path)).catch(() => undefined)
        if (found === undefined || !found.isFile()) continue
        if (found.size > largest) {
          uncovered.push({ path, reason: 'it is above 20 MiB' })
          continue
        }
        const stamp = `${found.ino} ${found.size} ${found.mtimeMs} ${found.ctimeMs}`
        const before = known.get(path)
        const hash = before?.stamp === stamp ? before.hash : await keep(join(root, path), store)
        if (hash === undefined) {
          uncovered.push({ path, reason: 'it may not be read' })
          continue
        }
        tree.set(path, { hash, mode: found.mode & 0o777 })
        if (Date.now() - found.ctimeMs > settled) next.set(path, { stamp, hash })
      }
      known = next
      return { tree, uncovered }
    },
  }
}

async function keep(path: string, store: SnapshotStore): Promise<Hash | undefined> {
  const bytes = await readPlain(path).catch(() => undefined)
  return bytes === undefined ? undefined : store.put(bytes)
}

/** A tree as bytes; the same tree gives the same. */
export function encodeTree(tree: FileTree): Buffer {
  const entries = [...tree].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.from(JSON.stringify(entries.map(([path, { hash, mode }]) => [path, hash, mode])))
}

/** The tree that {@link encodeTree} wrote. */
export function decodeTree(bytes: Buffer): FileTree {
  // The store gives only what was put into it under this hash.
  const entries = JSON.parse(bytes.toString('utf8')) as readonly (readonly [string, Hash, number])[]
  return new Map(entries.map(([path, hash, mode]) => [path, { hash, mode }]))
}

/** How one tree became another, in alphabetical order. */
export function compareTrees(before: FileTree, after: FileTree): readonly FileChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  return paths.flatMap((path): readonly FileChange[] => {
    const old = before.get(path)
    const present = after.get(path)
    if (old === undefined) return [{ path, change: 'added' }]
    if (present === undefined) return [{ path, change: 'deleted' }]
    return old.hash === present.hash && old.mode === present.mode ? [] : [{ path, change: 'modified' }]
  })
}
