import { stat } from 'node:fs/promises'
import { join } from 'node:path'

import { KeepupError } from '@keepup/core'

import { isBinary } from './binary-content.ts'
import { type FileMatch, matchLines } from './match-lines.ts'
import { checkPlain, openFile } from './open-file.ts'
import { isMissing, type ResolvedPath } from './resolve-path.ts'
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
}

interface FileText {
  readonly path: string
  readonly text: string
}

const mostMatches = 200
/** In bytes. */
const largest = 10 * 1024 * 1024
/** How much text is matched at once, in characters, and how long that may take, in milliseconds. */
const batchSize = 512 * 1024
const batchTime = 500

/** Searches a file, or the files below a folder. Fails `tool-failed` where there is nothing of that name, or matching takes too long. */
export async function searchFiles(search: Search): Promise<Findings> {
  const matches: FileMatch[] = []
  const skipped: string[] = []
  let batch: FileText[] = []
  let size = 0
  for await (const path of filesOf(search)) {
    const text = await textOf(search.root, path, skipped)
    if (text === undefined) continue
    batch.push({ path, text })
    size += text.length
    if (size < batchSize) continue
    matches.push(...matchBatch(batch, search.expression, mostMatches + 1 - matches.length))
    if (matches.length > mostMatches) break
    batch = []
    size = 0
  }
  if (matches.length <= mostMatches) {
    matches.push(...matchBatch(batch, search.expression, mostMatches + 1 - matches.length))
  }
  return { matches: matches.slice(0, mostMatches), more: matches.length > mostMatches, skipped }
}

async function* filesOf({ root, place, signal }: Search): AsyncGenerator<string> {
  const found = await describe(place)
  if (found.isDirectory()) {
    yield* walkFiles({ root, folder: place.shown === '.' ? '' : place.shown, signal })
    return
  }
  checkPlain(place.shown, found)
  yield place.shown
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
    const handle = await openFile({ absolute: join(root, path), shown: path })
    try {
      const { size } = await handle.stat()
      if (size > largest) {
        skipped.push(path)
        return undefined
      }
      const bytes = await handle.readFile()
      return isBinary(bytes) ? undefined : bytes.toString('utf8')
    } finally {
      await handle.close()
    }
  } catch {
    skipped.push(path)
    return undefined
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
