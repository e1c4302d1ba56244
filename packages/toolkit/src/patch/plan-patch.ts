import { lstat } from 'node:fs/promises'

import type { ThreadId } from '@keepup/core'

import { isBinary } from '../binary-content.ts'
import { checkSeen } from '../editing/check-seen.ts'
import { contentHash } from '../editing/content-hash.ts'
import type { SeenFiles, Standing } from '../editing/seen-files.ts'
import { openFile } from '../open-file.ts'
import { type FileVersion, versionOf } from '../replace-file.ts'
import { isMissing, lexicalPath, type ResolvedPath, resolvePath } from '../resolve-path.ts'
import { type AppliedChunks, applyChunks } from './apply-chunks.ts'
import { patchFailure } from './patch-failure.ts'
import type { PatchSection } from './patch-section.ts'

/** What a patch makes of one file. */
export interface FileChange {
  readonly place: ResolvedPath
  /** What it was; `undefined` where there was none. */
  readonly before: { readonly bytes: Buffer; readonly version: FileVersion } | undefined
  /** What it becomes; `undefined` where it goes. */
  readonly now: Buffer | undefined
  /** The file that it was moved from, whose mode it takes. */
  readonly movedFrom?: ResolvedPath
}

/** A section and what it came to. */
export interface PlannedSection {
  readonly kind: 'added' | 'replaced' | 'updated' | 'moved' | 'deleted'
  readonly path: string
  readonly movedTo?: string
  /** Whether a file that was there gave way to one that was moved. */
  readonly overwrites?: boolean
  readonly applied?: AppliedChunks
}

/** What a whole patch comes to. Nothing of it has been done. */
export interface PlannedPatch {
  readonly changes: readonly FileChange[]
  readonly sections: readonly PlannedSection[]
}

/** A section with the places that it names. */
export interface PlacedSection {
  readonly section: PatchSection
  readonly place: ResolvedPath
  readonly target?: ResolvedPath
}

/** @limit In bytes: the largest file that is patched. */
const largest = 50 * 1024 * 1024

/** Resolves the paths of sections. Fails `tool-denied` outside of `root`, and for links that would be deleted in place of what they lead to. */
export async function placeSections(
  root: string,
  sections: readonly PatchSection[],
): Promise<readonly PlacedSection[]> {
  return Promise.all(
    sections.map(async (section) => {
      const place = await resolvePath(root, section.path)
      const moveTo = section.type === 'update' ? section.moveTo : undefined
      if (section.type === 'delete' || moveTo !== undefined) await checkNoLink(root, section.path)
      return { section, place, ...(moveTo === undefined ? {} : { target: await resolvePath(root, moveTo) }) }
    }),
  )
}

/** Works out what a patch makes of every file it names, each section finding the files as the one before leaves them. */
export async function planPatch(
  placed: readonly PlacedSection[],
  seen: SeenFiles | undefined,
  thread: ThreadId,
): Promise<PlannedPatch> {
  const files = new Map<string, PatchedFile>()
  const sections: PlannedSection[] = []
  for (const one of placed) sections.push(await planSection(one, file))
  const changes = [...files.values()].filter(({ before, now }) => now !== before?.bytes)
  return { changes, sections }

  async function file(place: ResolvedPath): Promise<PatchedFile> {
    const known = files.get(place.absolute) ?? (await readPatched(place, seen, thread))
    files.set(place.absolute, known)
    return known
  }
}

interface PatchedFile {
  readonly place: ResolvedPath
  readonly before: FileChange['before']
  now: Buffer | undefined
  movedFrom?: ResolvedPath
  readonly standing: Exclude<Standing, 'stale'>
}

async function planSection(
  { section, place, target }: PlacedSection,
  file: (place: ResolvedPath) => Promise<PatchedFile>,
): Promise<PlannedSection> {
  const patched = await file(place)
  const path = place.shown
  if (section.type === 'add') {
    const kind = patched.now === undefined ? 'added' : 'replaced'
    patched.now = Buffer.from(section.content)
    return { kind, path }
  }
  if (patched.now === undefined)
    throw patchFailure(`There is no file "${path}" to ${section.type}. Look for it with glob.`)
  if (section.type === 'delete') {
    patched.now = undefined
    return { kind: 'deleted', path }
  }
  const bytes = patched.now
  if (section.chunks.length > 0 && isBinary(bytes))
    throw patchFailure(`"${path}" is no text but binary (or UTF-16).`)
  const applied = applyChunks({ shown: path, bytes, standing: patched.standing }, section.chunks)
  if (target === undefined || target.absolute === place.absolute) {
    patched.now = applied.bytes.equals(bytes) ? bytes : applied.bytes
    return { kind: 'updated', path, applied }
  }
  const moved = await file(target)
  const overwrites = moved.now !== undefined
  patched.now = undefined
  moved.now = applied.bytes
  moved.movedFrom = patched.movedFrom ?? place
  return { kind: 'moved', path, movedTo: target.shown, overwrites, applied }
}

async function readPatched(
  place: ResolvedPath,
  seen: SeenFiles | undefined,
  thread: ThreadId,
): Promise<PatchedFile> {
  if (!(await exists(place))) return { place, before: undefined, now: undefined, standing: 'fresh' }
  const handle = await openFile(place)
  try {
    const version = await versionOf(handle)
    if (version.size > largest) throw patchFailure(`"${place.shown}" is above 50 MiB.`)
    const bytes = await handle.readFile()
    const standing = seen === undefined ? 'fresh' : checkSeen(seen, thread, place, bytes)
    return { place, before: { bytes, version }, now: bytes, standing }
  } finally {
    await handle.close()
  }
}

async function exists({ absolute }: ResolvedPath): Promise<boolean> {
  try {
    await lstat(absolute)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

async function checkNoLink(root: string, path: string): Promise<void> {
  const found = await lstat(lexicalPath(root, path)).catch(() => undefined)
  if (found?.isSymbolicLink() !== true) return
  throw patchFailure(
    `"${path}" is a symbolic link, which a patch neither deletes nor moves. Use shell for it.`,
  )
}

/** What a thread knows after a patch. */
export function rememberChanges(changes: readonly FileChange[], seen: SeenFiles, thread: ThreadId): void {
  for (const { place, now } of changes) {
    if (now === undefined) seen.forget(thread, place.absolute)
    else seen.remember(thread, place.absolute, contentHash(now))
  }
}
