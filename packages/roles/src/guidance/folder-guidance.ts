import { existsSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

import type { Guidance, GuidanceSituation, GuidanceText, ThreadId } from '@keepup/core'

import { cutText, isCutOf } from './cut-text.ts'
import { type InstructionFile, instructionNames } from './instruction-file.ts'

/** Where guidance is looked for. */
export interface FolderGuidanceOptions {
  /** The folder that the agent works in, absolute. */
  readonly folder: string
  /** The project that it belongs to: the folder itself, or one above it. No file of a project outside of it is opened. */
  readonly project: string
  /** Files of the person's own, absolute; those that are there are told first. */
  readonly own?: readonly string[]
  /** No file outside of it is opened for the person's own; those that lie elsewhere, or where it is left out, open none outside of their own folder. */
  readonly home?: string
  /** Of several families in one folder: all of them, or `AGENTS.md` before `CLAUDE.md` before `GEMINI.md`, when left out. */
  readonly families?: 'first' | 'all'
  /** Whether a person approved exactly this text of a project; nothing is approved when left out. */
  readonly isTrusted?: (file: Pick<InstructionFile, 'path' | 'digest'>) => boolean
  /** In characters: what is told of files in a thread, all in all; 32,000 when left out. */
  readonly budget?: number
  /** Other texts that are told where a run begins, such as `skillCatalogue`. */
  readonly texts?: readonly GuidanceText[]
  /** Told what could not be read. */
  readonly tell?: (problem: string) => void
}

/** In characters. */
const usualBudget = 32_000

/** Folders whose files others wrote. */
const others = new Set(['.git', 'node_modules', 'vendor', '.venv'])

/** @limit How deep below the project instructions are looked for. */
const deepest = 24

/**
 * `AGENTS.md`, `CLAUDE.md` and `GEMINI.md`: the person's own, then those from the project down to the folder, then those beside files that were touched. The nearest have their
 * room first. Files that are not there cost a look for their names; nothing is loaded for it.
 */
export function folderGuidance(options: FolderGuidanceOptions): Guidance {
  const { folder, project, texts = [] } = options
  const chain = foldersDown(project, folder)
  const looked = foldersLooked(chain)
  const told = new Set<string>()
  const tell = (problem: string): void => {
    if (!told.has(problem)) options.tell?.(problem)
    told.add(problem)
  }
  return {
    async read(situation) {
      const begins = situation.touched.length === 0
      const seen = looked(situation.thread, begins)
      const folders = begins ? chain : newFolders(situation.touched, project, seen)
      const own = begins ? (options.own ?? []).filter((path) => existsSync(path)) : []
      const inside = folders.flatMap((place) => namesIn(place))
      const again = begins ? toldFiles(situation, [...own, ...inside.map(({ path }) => path)]) : []
      if (own.length + inside.length + again.length === 0) return begins ? newTexts(texts, situation) : []
      const { readInstructions, chosenOf } = await import('./read-instructions.ts')
      const isTrusted = options.isTrusted ?? (() => false)
      const chosen = folders.flatMap((place) =>
        chosenOf(
          inside.filter((one) => one.folder === place).map(({ path }) => path),
          options.families ?? 'first',
        ),
      )
      const read = [
        ...own.map((path) =>
          readInstructions([path], { scope: 'user', within: ownFolder(path, options.home), isTrusted }),
        ),
        readInstructions([...chosen, ...again.filter((path) => existsSync(path))], {
          scope: 'project',
          within: project,
          isTrusted,
        }),
      ]
      for (const { problems } of read) problems.forEach(tell)
      const files = withoutTwins(read.flatMap((one) => one.files))
      const gone = again.filter((path) => !existsSync(path)).map((path) => goneText(path))
      return [...(begins ? newTexts(texts, situation) : []), ...gone, ...fitted(files, situation, options)]
    },
  }
}

/** @limit Threads of which it is remembered where was looked: of others it is looked again. */
const mostThreads = 1_000

/** Where was looked, by thread: a run that begins looks again. */
function foldersLooked(chain: readonly string[]): (thread: ThreadId, begins: boolean) => Set<string> {
  const looked = new Map<ThreadId, Set<string>>()
  return (thread, begins) => {
    const known = begins ? undefined : looked.get(thread)
    const seen = known ?? new Set(chain)
    looked.set(thread, seen)
    for (const oldest of looked.keys()) {
      if (looked.size <= mostThreads) break
      looked.delete(oldest)
    }
    return seen
  }
}

/** The folder within which a file of the person's own may import: their home, or its own folder where it lies elsewhere. */
function ownFolder(path: string, home: string | undefined): string {
  return home !== undefined && !isAbove(relative(home, path)) ? home : dirname(path)
}

function isAbove(below: string): boolean {
  return below === '..' || below.startsWith(`..${sep}`) || below.startsWith(sep)
}

/** The folders from one down to another; the other alone where it does not lie below. */
function foldersDown(top: string, bottom: string): readonly string[] {
  const below = relative(top, bottom)
  if (isAbove(below)) return [bottom]
  const parts = below === '' ? [] : below.split(sep)
  return [top, ...parts.map((_, index) => join(top, ...parts.slice(0, index + 1)))]
}

/** Folders of a project that touched files lie in or below, and that were not looked at before. */
function newFolders(touched: readonly string[], project: string, looked: Set<string>): readonly string[] {
  const found: string[] = []
  for (const path of touched) {
    const parts = relative(project, dirname(path)).split(sep)
    if (parts[0] === '..' || parts.length > deepest || parts.some((part) => others.has(part))) continue
    for (const folder of foldersDown(project, dirname(path))) {
      if (looked.has(folder)) continue
      looked.add(folder)
      found.push(folder)
    }
  }
  return found
}

function namesIn(folder: string): readonly { readonly folder: string; readonly path: string }[] {
  return instructionNames.flatMap((name) => {
    const path = join(folder, name)
    return existsSync(path) ? [{ folder, path }] : []
  })
}

/** Files that the thread was told of before and that would not be looked at by themselves. */
function toldFiles({ told }: GuidanceSituation, known: readonly string[]): readonly string[] {
  const names: ReadonlySet<string> = new Set(instructionNames)
  return Object.keys(told).filter((path) => names.has(path.split(sep).at(-1) ?? '') && !known.includes(path))
}

function newTexts(texts: readonly GuidanceText[], { told }: GuidanceSituation): readonly GuidanceText[] {
  return texts.filter(({ path, text }) => (told[path] ?? '') !== text)
}

function goneText(path: string): GuidanceText {
  return {
    path,
    text: '',
    label: { integrity: 'trusted', sources: [], readers: 'anyone', confidential: false },
  }
}

/** A link to another of them, or the same text twice, is told once. */
function withoutTwins(files: readonly InstructionFile[]): readonly InstructionFile[] {
  const seen = new Set<string>()
  return files.filter(({ digest }) => !seen.has(digest) && seen.add(digest))
}

/** What is new of files, in the room that is left: the person's own first, then the nearest. A file takes half of the budget at most. */
function fitted(
  files: readonly InstructionFile[],
  { told }: GuidanceSituation,
  { budget = usualBudget }: FolderGuidanceOptions,
): readonly GuidanceText[] {
  const fresh = files.filter(({ path, text }) => told[path] === undefined || !isCutOf(told[path], text))
  const replaced = new Set(fresh.map(({ path }) => path))
  const kept = Object.entries(told).filter(([path]) => !replaced.has(path))
  let room = budget - kept.reduce((sum, [, text]) => sum + text.length, 0)
  const own = fresh.filter(({ scope }) => scope === 'user')
  const nearest = fresh.filter(({ scope }) => scope === 'project').toReversed()
  const texts = new Map<InstructionFile, string>()
  for (const file of [...own, ...nearest]) {
    const text = cutText(file.text, Math.max(0, Math.min(room, Math.floor(budget / 2))), file.path)
    room -= text.length
    texts.set(file, text)
  }
  return fresh.map((file) => ({ path: file.path, text: texts.get(file) ?? '', label: file.label }))
}
