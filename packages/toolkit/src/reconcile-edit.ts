import { rm } from 'node:fs/promises'

import type { CallKey, ToolOutcome } from '@keepup/core'

import type { EditInput } from './edit-input.ts'
import { readForEdit } from './read-for-edit.ts'
import { temporaryPath } from './replace-file.ts'
import type { ResolvedPath } from './resolve-path.ts'
import { placesOf, substitutionsFor } from './substitution.ts'

/**
 * Tells from the file whether an edit happened, after a crash in the middle of it: an edit is one rename, so either all of it did or nothing.
 * Removes the temporary file that it may have left. `unknown` where the file tells neither.
 */
export async function reconcileEdit(
  place: ResolvedPath,
  edit: EditInput,
  key: CallKey,
): Promise<ToolOutcome> {
  await rm(temporaryPath(place, key), { force: true })
  const { bytes: file } = await readForEdit(place)
  const forms = substitutionsFor(file, edit.old_text, edit.new_text)
  // The new text may hold the old one: such places speak for the edit, not against it.
  const counts = forms.map((form) => {
    const next = form.new.length === 0 ? 0 : placesOf(file, form.new, false).length
    const held = placesOf(form.new, form.old, false).length
    return { next, left: placesOf(file, form.old, false).length - next * held }
  })
  const left = counts.some((count) => count.left > 0)
  const next = edit.new_text === '' || counts.some((count) => count.next > 0)
  if (left && !counts.some((count) => count.next > 0)) {
    return {
      type: 'failed',
      code: 'edit-not-done',
      message: `The edit of ${place.shown} did not happen. Repeat it.`,
    }
  }
  if (!left && next) {
    const text = `${place.shown} holds the new text, and the old one no longer.`
    return { type: 'completed', output: { content: [{ type: 'text', text }] } }
  }
  return {
    type: 'unknown',
    reason: `Whether the edit of ${place.shown} happened cannot be told. Read the file.`,
  }
}
