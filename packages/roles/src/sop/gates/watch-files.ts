import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'

import { type Hash, KeepupError } from '@keepup/core'
import picomatch from 'picomatch'

import { matchesAny } from '../definition/match-pattern.ts'

/** So many files and folders are looked at. */
const mostFiles = 50_000

/**
 * The contents of all files that match patterns, whether git ignores them or not, by path. A link counts as what it says, not as what it leads to; what is neither file nor link
 * counts as itself. Fails `input-invalid` where there are too many.
 */
export async function watchFiles(
  root: string,
  patterns: readonly string[],
): Promise<Readonly<Record<string, Hash>>> {
  const watched: Record<string, Hash> = {}
  for (const path of await listFiles(root, patterns)) {
    if (matchesAny(patterns, path, { ignoreCase: true })) watched[path] = await contentsOf(join(root, path))
  }
  return watched
}

/** The files below the folders that patterns begin with, `.git` and, where no pattern names it, `node_modules` left out. No link is followed. */
export async function listFiles(root: string, patterns: readonly string[]): Promise<readonly string[]> {
  const named = patterns.some((pattern) => pattern.includes('node_modules'))
  const found = new Set<string>()
  const bases = patterns.map(fixedFolder)
  const folders = ['']
  let looked = 0
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(join(root, folder))) {
      if ((looked += 1) > mostFiles) {
        throw new KeepupError(
          'input-invalid',
          `More than ${mostFiles} files lie where ${patterns.join(', ')} may match. Name narrower folders.`,
        )
      }
      if (entry.name === '.git' || (entry.name === 'node_modules' && !named)) continue
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (!entry.isDirectory()) found.add(path)
      else if (bases.some((base) => leadsTo(path, base))) folders.push(path)
    }
  }
  return [...found].toSorted()
}

/** The folder that all matches lie in, as it is compared: names that differ in case may be one folder. */
function fixedFolder(pattern: string): string {
  const { base, isGlob } = picomatch.scan(pattern.replace(/^\.\//, ''))
  const folder = isGlob ? base : base.replace(/[^/]*$/, '')
  return folder.replace(/\/$/, '').normalize('NFC').toLowerCase()
}

/** Whether a folder is on the way to another one, or in it. */
function leadsTo(path: string, base: string): boolean {
  const folder = path.normalize('NFC').toLowerCase()
  return (
    base === '' ||
    base === '.' ||
    base === folder ||
    base.startsWith(`${folder}/`) ||
    folder.startsWith(`${base}/`)
  )
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

async function contentsOf(path: string): Promise<Hash> {
  const hash = createHash('sha256')
  try {
    const found = await lstat(path)
    if (found.isSymbolicLink()) return hash.update(`link ${await readlink(path)}`).digest('hex')
    if (!found.isFile()) return hash.update('special').digest('hex')
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array) // a stream without an encoding gives bytes
    return hash.digest('hex')
  } catch (error) {
    return hash
      .update(`unreadable ${error instanceof Error && 'code' in error ? String(error.code) : ''}`)
      .digest('hex')
  }
}
