import type { ToolOutcome } from '@keepup/core'

import type { EditInput } from './edit-input.ts'
import { nearestLines } from './nearest-lines.ts'
import { linesOf, placesOf, substitute, substitutionsFor } from './substitution.ts'

type Failure = Extract<ToolOutcome, { type: 'failed' }>

/** What an edit makes of a file, or why it cannot. */
export type EditPlan =
  | Failure
  | { readonly type: 'edited'; readonly bytes: Buffer; readonly lines: readonly number[] }

/** How many line numbers a failure names. */
const mostLines = 10

/** Works out an edit without doing it. */
export function planEdit(shown: string, file: Buffer, edit: EditInput): EditPlan {
  const { old_text, new_text, replace_all = false } = edit
  if (old_text === new_text)
    return fail('edit-changes-nothing', 'old_text and new_text are the same. Nothing was done.')
  for (const form of substitutionsFor(file, old_text, new_text)) {
    const places = placesOf(file, form.old, !replace_all)
    if (places.length === 0) continue
    if (places.length > 1 && !replace_all) return ambiguous(shown, file, places)
    const lines = linesOf(file, places)
    return { type: 'edited', bytes: substitute(file, places, form), lines }
  }
  return notFound(shown, file.toString('utf8'), old_text)
}

function ambiguous(shown: string, file: Buffer, places: readonly number[]): Failure {
  const lines = linesOf(file, places.slice(0, mostLines))
  const more = places.length > mostLines ? ', …' : ''
  return fail(
    'edit-ambiguous',
    `old_text stands ${places.length} times in ${shown}, at lines ${lines.join(', ')}${more}. Nothing was done. Give more of what stands around it, or set replace_all.`,
  )
}

function notFound(shown: string, text: string, oldText: string): Failure {
  const near = nearestLines(text, oldText).map(({ number, text: line }) => `${number}\t${line}`)
  const hint =
    near.length === 0
      ? 'No line resembles it. Read the file again.'
      : `Lines most like its first line:\n${near.join('\n')}\nCopy the text exactly, white space included.`
  return fail('edit-not-found', `old_text does not stand in ${shown}. Nothing was done. ${hint}`)
}

function fail(code: string, message: string): Failure {
  return { type: 'failed', code, message }
}
