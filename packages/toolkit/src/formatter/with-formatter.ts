import type { Tool, ToolContext } from '@keepup/core'

import { contentHash } from '../editing/content-hash.ts'
import { createWorkingFiles, type WorkingFiles } from '../editing/working-files.ts'
import { readForEdit } from '../read-for-edit.ts'
import { replaceFile } from '../replace-file.ts'
import { appendOutput, completedOutput } from '../wrapping/append-output.ts'
import { type ChangedFile, changesSince, editedPaths, readFiles } from '../wrapping/edited-files.ts'
import { wrapTools } from '../wrapping/wrap-tools.ts'
import type { Formatter } from './formatter.ts'

/** Which files are formatted. */
export interface FormattingOptions {
  /** `formatted`: only new files, and those that were in shape before the edit, so that no edit turns a whole file over; this when left out. */
  readonly only?: 'formatted' | 'all'
  /** What the file tools share: their threads then know the files as they were formatted. */
  readonly files?: WorkingFiles
}

/**
 * The same tools; files that a call changed are formatted afterwards by the project's own formatter, which the output tells. A formatter that fails leaves
 * the file as the tool wrote it, and is told of.
 */
export function withFormatter(
  tools: readonly Tool[],
  formatter: Formatter,
  { only = 'formatted', files = createWorkingFiles() }: FormattingOptions = {},
): readonly Tool[] {
  return wrapTools(tools, {
    effects: (own) =>
      editedPaths(own).flatMap((path) => {
        const target = formatter.commandFor(path)
        return target === undefined ? [] : [{ kind: 'exec', target } as const]
      }),
    async around({ effects, context, run }) {
      const paths = editedPaths(effects).filter((path) => formatter.commandFor(path) !== undefined)
      if (paths.length === 0) return run()
      const before = await readFiles(formatter.root, paths)
      const result = await run()
      const output = completedOutput(result)
      if (output === undefined || output.labels !== undefined) return result
      const notes: string[] = []
      for (const change of await changesSince(before)) {
        notes.push(await shape(change, { formatter, only, files, context }))
      }
      const told = notes.filter((note) => note !== '')
      return told.length === 0 ? output : appendOutput(output, { text: told.join('\n'), structured: {} })
    },
  })
}

interface Shaping extends Required<FormattingOptions> {
  readonly formatter: Formatter
  readonly context: ToolContext
}

/** Formats one file; what a model is told of that, nothing where it was in shape. */
async function shape(change: ChangedFile, shaping: Shaping): Promise<string> {
  const { place } = change
  try {
    return await shapeFile(change, shaping)
  } catch (error) {
    // The edit has happened: that must be told, whatever became of the formatting.
    return `[${place.shown} was not formatted: ${error instanceof Error ? error.message : String(error)}]`
  }
}

async function shapeFile(
  { place, before, after }: ChangedFile,
  { formatter, only, files, context }: Shaping,
): Promise<string> {
  if (after === undefined) return ''
  const { signal, call } = context
  const formatted = await formatter.format(place.absolute, after, signal)
  if (formatted.type === 'failed') return `[${place.shown} was not formatted: ${formatted.reason}]`
  if (formatted.bytes.equals(after)) return ''
  if (only === 'formatted' && before !== undefined && before.length > 0) {
    const old = await formatter.format(place.absolute, before, signal)
    if (old.type === 'failed' || !old.bytes.equals(before)) return ''
  }
  return files.locks.hold(place.absolute, async () => {
    const { bytes, version } = await readForEdit(place)
    if (!bytes.equals(after))
      return `[${place.shown} was not formatted: it was changed by someone else in this moment]`
    await replaceFile({ place, bytes: formatted.bytes, key: call.key, expected: version })
    const known = files.seen.standing(call.thread, place.absolute, contentHash(after)) === 'fresh'
    if (known) files.seen.remember(call.thread, place.absolute, contentHash(formatted.bytes))
    const [name] = (formatter.commandFor(place.absolute) ?? '').split(' ')
    return `[${place.shown} was formatted by ${name}: it differs from what was written in white space or such]`
  })
}
