import type { Entry } from '@keepup/core'

import { entryLine } from './entry-line.ts'
import { safeText } from './safe-text.ts'
import type { Style } from './style.ts'
import { fit } from './width.ts'

/** An entry with its place and its time of day (with the date where the day changes), on one line of at most `width` columns. */
export function timelineLine(
  entry: Entry,
  {
    previous,
    style,
    width,
  }: { readonly previous: Entry | undefined; readonly style: Style; readonly width: number },
): string {
  const place = String(entry.sequence).padStart(4)
  const time = clockTime(entry.time)
  const day = isoDay(entry.time)
  const date = previous === undefined || isoDay(previous.time) !== day ? `${style.dim(`     ${day}`)}\n` : ''
  const text = fit(safeText(entryLine(entry)), width - place.length - time.length - 4, style.marks.more)
  return `${date}${style.dim(`${place}  ${time}`)}  ${text}`
}

/** The time of day of this machine's zone, to the millisecond. */
export function clockTime(time: number): string {
  const date = new Date(time)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function isoDay(time: number): string {
  const date = new Date(time)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
