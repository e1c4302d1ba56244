import { constants } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'

import { KeepupError } from '@keepup/core'

import { isBinary } from './binary-content.ts'
import { type FileMatch, matchLines } from './match-lines.ts'
import { checkPlain } from './open-file.ts'
import { isMissing, type ResolvedPath } from './resolve-path.ts'
import { ignoredPaths } from './searching/ignored-paths.ts'
import { ripgrepFiles } from './searching/ripgrep-files.ts'
import { rustPattern } from './searching/rust-pattern.ts'
import { walkFiles } from './walk-files.ts'
import { withinTime } from './within-time.ts'

/** What a search found. */
export interface Findings {
  readonly matches: readonly FileMatch[]
  /** Whether there are matches beyond those. */
  readonly more: boolean
  /** Files that were too large or could not be read. */
  readonly skipped: readonly string[]
}

/** What to search, and for what. */
export interface Search {
  /** Without symbolic links. */
  readonly root: string
  readonly place: ResolvedPath
  readonly expression: RegExp
  readonly signal: AbortSignal
  /** The program that finds the files with a match, where there is one: only those are looked at then. */
  readonly ripgrep: string | undefined
}

interface FileText {
  readonly path: string
  readonly text: string
}

/** @limit How many matches are shown. */
const mostMatches = 200
/** @limit In bytes: larger files are not searched. */
const largest = 10 * 1024 * 1024
/** How much text is matched at once, in characters. */
const batchSize = 512 * 1024
/** @limit In milliseconds: how long the pattern may be matched against a file, or 512 Ki characters. */
const batchTime = 500
/** How many files are read at the same time. */
const filesAtOnce = 16

/** Searches a file, or the files below a folder. Fails `tool-failed` where there is nothing of that name, or matching takes too long. */
export async function searchFiles(search: Search): Promise<Findings> {
  const matches: FileMatch[] = []
  const skipped: string[] = []
  for await (const batch of batchesOf(search, skipped)) {
    matches.push(...matchBatch(batch, search.expression, mostMatches + 1 - matches.length))
    if (matches.length > mostMatches) break
  }
  return { matches: matches.slice(0, mostMatches), more: matches.length > mostMatches, skipped }
}

/** The texts of the files, in order, in batches of bounded size. */
async function* batchesOf(search: Search, skipped: string[]): AsyncGenerator<readonly FileText[]> {
  let batch: FileText[] = []
  let size = 0
  for await (const paths of groupsOf(filesOf(search), filesAtOnce)) {
    const texts = await Promise.all(paths.map((path) => textOf(search.root, path, skipped)))
    for (const [index, text] of texts.entries()) {
      if (text === undefined) continue
      batch.push({ path: paths[index] ?? '', text })
      size += text.length
    }
    if (size < batchSize) continue
    yield batch
    batch = []
    size = 0
  }
  yield batch
}

async function* groupsOf(paths: AsyncIterable<string>, size: number): AsyncGenerator<readonly string[]> {
  let group: string[] = []
  for await (const path of paths) {
    if (group.push(path) < size) continue
    yield group
    group = []
  }
  yield group
}

async function* filesOf(search: Search): AsyncGenerator<string> {
  const { root, place, signal } = search
  const found = await describe(place)
  if (!found.isDirectory()) {
    checkPlain(place.shown, found)
    yield place.shown
    return
  }
  const folder = place.shown === '.' ? '' : place.shown
  const listed = await listedFiles(search, folder)
  if (listed === undefined) {
    yield* walkFiles({ root, folder, signal })
    return
  }
  const isIgnored = await ignoredPaths(root, folder)
  for (const path of listed) if (!(await isIgnored(path))) yield path
}

/** The files that ripgrep finds; `undefined` where it is not there or cannot tell. */
async function listedFiles(
  { ripgrep, root, expression, signal }: Search,
  folder: string,
): Promise<readonly string[] | undefined> {
  const pattern = ripgrep === undefined ? undefined : rustPattern(expression)
  if (ripgrep === undefined || pattern === undefined) return undefined
  const ignoresCase = expression.ignoreCase
  return ripgrepFiles({ program: ripgrep, root, folder, pattern, ignoresCase, signal })
}

async function describe({ absolute, shown }: ResolvedPath): ReturnType<typeof stat> {
  try {
    return await stat(absolute)
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new KeepupError('tool-failed', `There is no "${shown}". Look for it with glob.`, { cause: error })
  }
}

/** The text of a file; `undefined` where it is binary, too large or not readable. */
async function textOf(root: string, path: string, skipped: string[]): Promise<string | undefined> {
  try {
    const bytes = await readPlain(join(root, path))
    if (bytes === undefined) skipped.push(path)
    return bytes === undefined || isBinary(bytes) ? undefined : bytes.toString('utf8')
  } catch {
    skipped.push(path)
    return undefined
  }
}

/** The bytes of a file; `undefined` where it became something else since it was listed, or is too large. */
async function readPlain(path: string): Promise<Buffer | undefined> {
  const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    const found = await handle.stat()
    return found.isFile() && found.size <= largest ? await handle.readFile() : undefined
  } finally {
    await handle.close()
  }
}

function matchBatch(batch: readonly FileText[], expression: RegExp, most: number): readonly FileMatch[] {
  const progress = { path: '' }
  const found = withinTime(batchTime, () => {
    const matches: FileMatch[] = []
    for (const { path, text } of batch) {
      if (matches.length >= most) break
      progress.path = path
      matches.push(...matchLines(path, text, expression, most - matches.length))
    }
    return matches
  })
  if (found !== undefined) return found.value
  throw new KeepupError(
    'tool-failed',
    `The pattern takes too long to match in ${progress.path}. Give a simpler one, without repetitions inside of repetitions, or narrow the path.`,
  )
}
