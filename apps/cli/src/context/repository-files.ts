import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

import type { SourceFile } from '@keepup/memory/context'
import { walkFiles } from '@keepup/toolkit'

/** The languages whose declarations a map knows. */
const sources = /\.(?:[cm]?[jt]sx?|py|go|rs|java|kts?|cs|scala|swift|rb|php|[ch]|cc|cpp|hpp|hh)$/i

/** @limit How many files a map is made of. */
const mostFiles = 20_000

/** @limit In bytes: a larger file is made, not written. */
const largest = 500_000

/** How many files are read at the same time. */
const atOnce = 32

/** The source files below a folder, but for what git would ignore. One that cannot be read is left out. */
export async function repositoryFiles(root: string, signal: AbortSignal): Promise<readonly SourceFile[]> {
  const paths: string[] = []
  for await (const path of walkFiles({ root, folder: '', signal })) {
    if (sources.test(path)) paths.push(path)
    if (paths.length >= mostFiles) break
  }
  const files: SourceFile[] = []
  for (let from = 0; from < paths.length; from += atOnce) {
    const read = await Promise.all(paths.slice(from, from + atOnce).map((path) => readSource(root, path)))
    files.push(...read.flatMap((file) => file ?? []))
  }
  return files
}

async function readSource(root: string, path: string): Promise<SourceFile | undefined> {
  try {
    const { size } = await stat(join(root, path))
    return size > largest ? undefined : { path, text: await readFile(join(root, path), 'utf8') }
  } catch {
    return undefined
  }
}
