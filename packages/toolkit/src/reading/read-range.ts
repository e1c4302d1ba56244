import { KeepupError } from '@keepup/core'

import type { TextRange } from '../read-text.ts'

/** How a part of a text is asked for: from a line on, or as a window around one. */
export interface AskedRange {
  readonly offset?: number
  readonly limit?: number
  readonly line?: number
  readonly lines?: number
}

/** A part of a text, and the window that it is, if it is one. */
export interface ReadRange extends TextRange {
  readonly window?: { readonly size: number; readonly before: number }
}

const usualSize = 100

/** Reads which lines are meant. Fails `tool-input-invalid` where both ways are mixed. */
export function readRange({ offset, limit, line, lines }: AskedRange): ReadRange {
  if (line === undefined && lines === undefined) return { from: offset, lines: limit }
  if (offset !== undefined || limit !== undefined) {
    throw new KeepupError(
      'tool-input-invalid',
      'Give offset and limit to read from a line on, or line and lines for a window around a line; not both.',
    )
  }
  const size = lines ?? usualSize
  const before = Math.floor((size - 1) / 2)
  return { from: Math.max(1, (line ?? 1) - before), lines: size, window: { size, before } }
}

/** Where the windows before and after one begin to be: the lines to ask for. */
export function neighbours(
  { window }: ReadRange,
  { from, to, more }: { readonly from: number; readonly to: number; readonly more: boolean },
): { readonly previous?: number; readonly next?: number } {
  if (window === undefined) return {}
  const { size, before } = window
  return {
    ...(from > 1 ? { previous: Math.max(1, from - size) + before } : {}),
    ...(more ? { next: to + 1 + before } : {}),
  }
}
