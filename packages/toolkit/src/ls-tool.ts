import type { Dirent } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'

import { KeepupError, type Tool, type ToolOutput } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import { isMissing, lexicalPath, type ResolvedPath, resolvePath } from './resolve-path.ts'

/** The input of {@link lsTool}. */
export interface LsInput {
  readonly path?: string
}

/** @limit How many entries are shown. */
const mostShown = 1_000

const input = jsonSchema<LsInput>({
  type: 'object',
  properties: {
    path: {
      type: 'string',
      minLength: 1,
      description: 'The folder, relative to the project folder; the project folder itself when left out',
    },
  },
  additionalProperties: false,
})

/**
 * `ls {path?}`: what a folder inside `root` holds, folders first, each in alphabetical order: folders end with `/`, links tell where they lead, files their
 * size in bytes. Hidden and ignored files count. At most 1,000 entries.
 */
export function lsTool(root: string): Tool<LsInput> {
  return {
    name: 'ls',
    description:
      'Lists what one folder of the project holds, hidden and ignored files included. To look for files, use glob.',
    input,
    repeat: 'safe',
    effects: ({ path = '.' }) => [{ kind: 'read', target: lexicalPath(root, path) }],
    sinks: { '/path': 'path' },
    produces: { default: 'free-text' },
    async run({ path = '.' }) {
      const place = await resolvePath(root, path)
      const entries = await entriesOf(place)
      const shown = await Promise.all(entries.slice(0, mostShown).map((entry) => describe(place, entry)))
      return outputOf(place, shown, entries.length)
    },
  }
}

interface ShownEntry {
  readonly name: string
  readonly kind: 'folder' | 'file' | 'link' | 'other'
  /** In bytes. */
  readonly size?: number
  readonly leadsTo?: string
}

async function entriesOf({ absolute, shown }: ResolvedPath): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(absolute, { withFileTypes: true })
    return entries.toSorted(
      (a, b) => Number(b.isDirectory()) - Number(a.isDirectory()) || (a.name < b.name ? -1 : 1),
    )
  } catch (error) {
    if (isMissing(error)) {
      throw new KeepupError('tool-failed', `There is no folder "${shown}". Look for it with glob.`, {
        cause: error,
      })
    }
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOTDIR')) throw error
    throw new KeepupError('tool-failed', `"${shown}" is no folder. Read it with read.`, { cause: error })
  }
}

async function describe({ absolute }: ResolvedPath, entry: Dirent): Promise<ShownEntry> {
  const { name } = entry
  if (entry.isDirectory()) return { name, kind: 'folder' }
  try {
    const path = join(absolute, name)
    if (entry.isSymbolicLink()) return { name, kind: 'link', leadsTo: await readlink(path) }
    return entry.isFile() ? { name, kind: 'file', size: (await lstat(path)).size } : { name, kind: 'other' }
  } catch {
    // It went in this moment.
    return { name, kind: 'other' }
  }
}

function outputOf({ shown }: ResolvedPath, entries: readonly ShownEntry[], total: number): ToolOutput {
  const lines = entries.map(({ name, kind, size, leadsTo }) => {
    // A name may hold a line break.
    const safe = /[\n\r]/.test(name) ? JSON.stringify(name) : name
    if (kind === 'folder') return `${safe}/`
    if (kind === 'link') return `${safe} -> ${leadsTo ?? ''}`
    return kind === 'file' ? `${safe} (${size ?? 0} bytes)` : `${safe} (no plain file)`
  })
  if (total === 0) lines.push('[The folder is empty]')
  if (total > entries.length) lines.push(`[${total - entries.length} more entries: look for files with glob]`)
  return {
    content: [{ type: 'text', text: lines.join('\n') }],
    structured: { path: shown, entries: entries.map((entry) => ({ ...entry })), total },
  }
}
