import { realpathSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'

import type { ToolOutcome } from '@keepup/core'

import { markDescriptor } from './call-mark.ts'

/**
 * Put before a command, has its shell write where it is when it ends into the file that every call inherits. A command that sets a trap of its own for the end,
 * or becomes another program, says nothing.
 */
export const folderReport: string = `trap '{ command pwd -P >/dev/fd/${markDescriptor}; } 2>/dev/null' EXIT\n`

/** Where a command starts, or why it cannot be run there: then nothing is run, and the next command starts in the project's own folder again. */
export function startFolder(
  root: string,
  folder: string | undefined,
): { readonly folder: string } | ToolOutcome {
  const own = resolve(root)
  if (folder === undefined || folder === own) return { folder: own }
  if (isWithin(own, folder)) return { folder }
  const text = `The folder ${folder}, in which this command would start, ${isFolder(folder) ? 'is not in the project' : 'is not there any more'}. Nothing was run. The next command starts in ${own}.`
  const output = { content: [{ type: 'text' as const, text }], folder: own }
  return { type: 'failed', code: 'folder-gone', message: text, output }
}

/** What comes of a command that changed its folder. */
export interface FolderChange {
  /** Where the next command starts; as before when left out. */
  readonly folder?: string
  /** For the model. */
  readonly note?: string
}

/** What a command did to the folder. A change holds only inside of the project: what is outside is no place to start in unseen. */
export function folderChange(root: string, from: string, to: string | undefined): FolderChange {
  const own = resolve(root)
  if (to === undefined || to === realPath(from) || !isFolder(to)) return {}
  if (!isWithin(own, to)) {
    return { note: `It ended in ${to}, outside of the project: the next command starts in ${from} again` }
  }
  const folder = resolve(own, relative(realPath(own) ?? own, to))
  const shown = relative(own, folder)
  return { folder, note: `The next command starts in ${shown === '' ? 'the project folder' : shown}` }
}

function isWithin(root: string, folder: string): boolean {
  const [real, below] = [realPath(root), realPath(folder)]
  if (real === undefined || below === undefined || !isFolder(below)) return false
  return below === real || below.startsWith(real === '/' ? '/' : `${real}/`)
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
