import type { DurableEvent, Entry } from '@keepup/core'

import { entryLine } from './entry-line.ts'
import { advance, noProgress } from './progress.ts'
import { safeText } from './safe-text.ts'
import type { Style } from './style.ts'
import { fit } from './width.ts'

/** Entries in order, one line each. */
export interface Timeline {
  /** An entry with its place and its time of day; above it the date, where the day changes. */
  line(entry: Entry): string
}

/** How a timeline looks. */
export interface TimelineOptions {
  readonly style: Style
  /** The most columns of a line. */
  readonly width: number
  /** Whether dates are shown. */
  readonly dates: boolean
}

/** A timeline that has seen nothing yet. It remembers what calls were asked for. */
export function createTimeline({ style, width, dates }: TimelineOptions): Timeline {
  let progress = noProgress
  let latest = ''
  return {
    line(entry) {
      // Entries of types that the fold does not know pass it by.
      progress = advance(progress, entry as DurableEvent)
      const head = `${String(entry.sequence).padStart(4)}  ${clockTime(entry.time)}`
      const day = isoDay(entry.time)
      const date = dates && day !== latest ? `${style.dim(`      ${day}`)}\n` : ''
      latest = day
      const text = fit(safeText(entryLine(entry, progress.inputs)), width - head.length - 2, style.marks.more)
      return `${date}${style.dim(head)}  ${text}`
    },
  }
}

/** The time of day of this machine's zone, to the millisecond. */
export function clockTime(time: number): string {
  const date = new Date(time)
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** The day of this machine's zone. */
export function isoDay(time: number): string {
  const date = new Date(time)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
