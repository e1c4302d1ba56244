import type { JsonObject } from '@keepup/core'

import type { EditedPlace, PlannedEdit } from './plan-edit.ts'

/** How many line numbers are told, how many places are told as data, and how much of what stands there now is shown. */
const mostLines = 20
const mostPlaces = 1_000
const mostShown = 2_000

/** What a model is told of an edit, and the same as data. Where the text was not found exactly so, what stands there now is shown. */
export function describeEdit(
  shown: string,
  plan: PlannedEdit,
): { readonly text: string; readonly structured: JsonObject } {
  const { places, strategy, confidence } = plan
  const lines = places.map(({ line }) => line)
  const where =
    lines.length === 1
      ? `line ${lines[0]}`
      : `${lines.length} places, lines ${lines.slice(0, mostLines).join(', ')}`
  return {
    text: `Edited ${shown} at ${where}.${strategy === 'exact' || strategy === 'line-endings' ? '' : inexact(plan)}`,
    structured: {
      lines: lines.slice(0, mostPlaces),
      replaced: places.length,
      strategy,
      confidence,
      places: places.slice(0, mostPlaces).map((place) => ({ ...place })),
    },
  }
}

function inexact({ bytes, places, strategy, confidence }: PlannedEdit): string {
  const now = places.map((place) => shownAt(bytes, place)).join('\n')
  return ` old_text did not stand there exactly so: it was found by ${strategy} (confidence ${confidence}). These lines are now:\n${now}`
}

/** The whole lines that a place stands on now. */
function shownAt(bytes: Buffer, { start, length }: EditedPlace): string {
  const begin = start === 0 ? 0 : bytes.lastIndexOf('\n', start - 1) + 1
  const lineEnd = bytes.indexOf('\n', Math.max(begin, start + length - 1))
  const end = lineEnd === -1 ? bytes.length : lineEnd
  const text = bytes.toString('utf8', begin, Math.min(end, begin + mostShown))
  return end - begin > mostShown ? `${text}…` : text
}
