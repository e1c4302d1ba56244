import { rm, stat } from 'node:fs/promises'

import type { CallKey, ToolOutcome } from '@keepup/core'

import type { EditInput } from './edit-input.ts'
import { planEdit, type TextEdit } from './plan-edit.ts'
import { readForEdit } from './read-for-edit.ts'
import { temporaryPath } from './replace-file.ts'
import type { ResolvedPath } from './resolve-path.ts'
import { placesOf, substitutionsFor } from './substitution.ts'

/** Whether a change happened, as far as the file tells. */
export type EditVerdict = 'done' | 'not-done' | 'unclear'

/**
 * Tells from the file whether an edit happened, after a crash in the middle of it: an edit is one rename, so either all of it did or nothing.
 * Removes the temporary file that it may have left: where there is one, the rename did not happen. `unknown` where the file tells neither.
 */
export async function reconcileEdit(
  place: ResolvedPath,
  edit: EditInput,
  key: CallKey,
): Promise<ToolOutcome> {
  const leftOver = await removeTemporary(place, key)
  const { bytes } = await readForEdit(place)
  return describeVerdict(place.shown, leftOver ? 'not-done' : await judgeEdit(bytes, edit))
}

/** Removes what a call would have renamed. Answers whether it was there. */
export async function removeTemporary(place: ResolvedPath, key: CallKey): Promise<boolean> {
  const path = temporaryPath(place, key)
  const found = await stat(path).then(
    () => true,
    () => false,
  )
  await rm(path, { force: true })
  return found
}

/** What a person and a program are told of an edit after a crash. */
export function describeVerdict(shown: string, verdict: EditVerdict): ToolOutcome {
  if (verdict === 'not-done') {
    return {
      type: 'failed',
      code: 'edit-not-done',
      message: `The edit of ${shown} did not happen. Repeat it.`,
    }
  }
  if (verdict === 'done') {
    const text = `${shown} holds the new text, and the old one no longer.`
    return { type: 'completed', output: { content: [{ type: 'text', text }] } }
  }
  return {
    type: 'unknown',
    reason: `Whether the edit of ${shown} happened cannot be told. Read the file.`,
  }
}

/** Judges by which of the two texts the file holds. */
export async function judgeEdit(file: Buffer, edit: TextEdit): Promise<EditVerdict> {
  const forms = substitutionsFor(file, edit.old_text, edit.new_text)
  // The new text may hold the old one: such places speak for the edit, not against it.
  const counts = forms.map((form) => {
    const next = form.new.length === 0 ? 0 : placesOf(file, form.new, false).length
    const held = placesOf(form.new, form.old, false).length
    return { next, left: placesOf(file, form.old, false).length - next * held }
  })
  const left = counts.some((count) => count.left > 0)
  const next = counts.some((count) => count.next > 0)
  if (left && !next) return 'not-done'
  if (!left && next) return 'done'
  if (left) return 'unclear'
  return judgeInexact(file, edit)
}

/** Neither text stands there exactly so: the old one may but for what `edit` overlooks, or the new one in the file's own form. */
async function judgeInexact(bytes: Buffer, { old_text, new_text }: TextEdit): Promise<EditVerdict> {
  const file = { shown: '', bytes, standing: 'fresh' } as const
  const forward = await planEdit(file, { old_text, new_text })
  const backward = await planEdit(file, { old_text: new_text, new_text: old_text })
  if (forward.type === 'edited') return backward.type === 'edited' ? 'unclear' : 'not-done'
  if (forward.code === 'edit-not-found' && new_text === '') return 'done'
  return backward.type === 'edited' ? 'done' : 'unclear'
}
