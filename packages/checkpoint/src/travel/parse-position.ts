import { KeepupError, type Sequence, type Timestamp } from '@keepup/core'

/** How a person names a position of a thread. */
export type Position =
  | { readonly type: 'head' }
  /** An entry by its number; 0 is before the first. */
  | { readonly type: 'sequence'; readonly sequence: Sequence }
  /** So many entries of the effective history before its last. */
  | { readonly type: 'from-end'; readonly entries: number }
  /** Before the n-th thing that a person said, from 1; from the end, from -1. */
  | { readonly type: 'message'; readonly number: number }
  /** The last entry that was written by then. */
  | { readonly type: 'time'; readonly time: Timestamp }
  | { readonly type: 'tag'; readonly tag: string }

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * Reads a position as people type it: `12`, `-3` (from the end), `head`, `message:2` (before it was said), a time (`2026-11-21`, `2026-11-21T14:30`, with `Z` or an
 * offset, else local; `14:30`, the last time it was that; `10m-ago`), or a tag (`tag:NAME` where the name could be something else). Fails `input-invalid`.
 */
export function parsePosition(text: string, now: Timestamp): Position {
  const named = /^tag:(.+)$/s.exec(text)?.[1]
  if (named !== undefined) return { type: 'tag', tag: named }
  return readPlace(text) ?? readTime(text, now) ?? readTag(text)
}

/** Checks the name of a new tag: 1 to 80 visible characters that no other position is written with. Fails `input-invalid`. */
export function checkTagName(tag: string): void {
  if (!isTagName(tag)) {
    throw invalid(
      `"${show(tag)}" cannot be a tag. Take 1 to 80 letters, digits and signs without blanks, @ and colons.`,
    )
  }
  if (readPlace(tag) !== undefined || readTime(tag, 0) !== undefined || looksNumeric(tag))
    throw invalid(
      `"${show(tag)}" cannot be a tag: it is how another position is written. Begin it with a letter.`,
    )
}

function readPlace(text: string): Position | undefined {
  if (text === 'head') return { type: 'head' }
  const [, message] = /^message:(-?\d+)$/.exec(text) ?? []
  const number = Number(message ?? text)
  if (!Number.isSafeInteger(number) || !/^-?\d+$/.test(message ?? text)) return undefined
  if (message !== undefined) {
    if (number === 0) throw invalid('There is no message 0. The first is message:1, the last message:-1.')
    return { type: 'message', number }
  }
  return text.startsWith('-')
    ? { type: 'from-end', entries: -number }
    : { type: 'sequence', sequence: number }
}

function readTime(text: string, now: Timestamp): Position | undefined {
  const time = ago(text, now) ?? clockTime(text, now) ?? calendarTime(text)
  return time === undefined ? undefined : { type: 'time', time }
}

function ago(text: string, now: Timestamp): Timestamp | undefined {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])-ago$/.exec(text) ?? []
  return amount === undefined ? undefined : now - Number(amount) * (units[unit] ?? Number.NaN)
}

/** The last moment at which clocks here showed that. A minute means all of it. */
function clockTime(text: string, now: Timestamp): Timestamp | undefined {
  const [, hours, minutes, seconds] = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text) ?? []
  if (hours === undefined) return undefined
  const begin = new Date(now)
  begin.setHours(Number(hours), Number(minutes), Number(seconds ?? 0), 0)
  if (begin.getTime() > now) begin.setDate(begin.getDate() - 1)
  return begin.getTime() + (seconds === undefined ? 59_999 : 999)
}

/** ISO 8601; without an offset the time of this machine. The end of the day, minute or second that is named. */
function calendarTime(text: string): Timestamp | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,3})?(Z|[+-]\d\d:\d\d)?)?$/.exec(text)
  if (parts === null) return undefined
  const [, day = '', minute, second, fraction = '', zone = ''] = parts
  if (minute === undefined) return valid(new Date(`${day}T23:59:59.999`), text)
  if (second === undefined) return valid(new Date(`${day}T${minute}:59.999${zone}`), text)
  return valid(new Date(`${day}T${minute}${second}${fraction === '' ? '.999' : fraction}${zone}`), text)
}

function valid(date: Date, text: string): Timestamp {
  if (Number.isNaN(date.getTime()))
    throw invalid(`"${show(text)}" is no date. Write one as 2026-11-21T14:30.`)
  return date.getTime()
}

function readTag(text: string): Position {
  if (isTagName(text) && !looksNumeric(text)) return { type: 'tag', tag: text }
  const forms = '12, -3 from the end, message:2, 14:30, 2026-11-21T14:30, 10m-ago, or a tag'
  throw invalid(`"${show(text)}" is no position. Write one as ${forms}.`)
}

function isTagName(text: string): boolean {
  return text.isWellFormed() && /^[^\s\p{C}@:]{1,80}$/u.test(text) && !text.startsWith('-')
}

function looksNumeric(text: string): boolean {
  return /^[+-]?[\d.]+$/.test(text)
}

function show(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}...` : text
}

function invalid(message: string): KeepupError {
  return new KeepupError('input-invalid', message)
}
