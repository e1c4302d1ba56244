import type { FileLine } from './file-lines.ts'
import { occurrencesOf } from './occurrences.ts'
import { overlook, type Overlooked } from './strategy.ts'

/** A place where the lines of an old text stand in a file but for what was overlooked. */
export interface LinePlace {
  /** In UTF-16 units of the file. */
  readonly start: number
  readonly end: number
  /** The file's line that the place begins on, from 0. */
  readonly line: number
}

/**
 * Where an old text stands. Its first line may be the end of a file's line and its last one the beginning, unless indentation is overlooked: then lines
 * are whole. At most `most` places.
 */
export function findLines(
  file: readonly FileLine[],
  old: readonly FileLine[],
  overlooked: Overlooked,
  most: number,
): readonly LinePlace[] {
  const wanted: Wanted = { old, keys: old.map(({ text }) => overlook(overlooked, text)), overlooked }
  const keys = file.map(({ text }) => overlook(overlooked, text))
  const places: LinePlace[] = []
  const found = old.length === 1 ? inLines(file, keys, wanted) : overLines(file, keys, wanted)
  for (const place of found) if (places.push(place) >= most) break
  return places
}

interface Wanted {
  readonly old: readonly FileLine[]
  readonly keys: readonly string[]
  readonly overlooked: Overlooked
}

function* inLines(file: readonly FileLine[], keys: readonly string[], wanted: Wanted): Generator<LinePlace> {
  const text = wanted.keys[0] ?? ''
  const { indentation, trailing } = wanted.overlooked
  const toTheEnd = trailing && hasTrailing(wanted.old[0])
  for (const [index, line] of file.entries()) {
    const key = keys[index] ?? ''
    const end = line.start + line.text.length
    if (indentation) {
      if (key === text) yield { start: line.start, end, line: index }
    } else if (toTheEnd) {
      if (key.endsWith(text)) yield { start: line.start + key.length - text.length, end, line: index }
    } else {
      for (let at = key.indexOf(text); at !== -1; at = key.indexOf(text, at + 1)) {
        yield { start: line.start + at, end: line.start + at + text.length, line: index }
      }
    }
  }
}

function* overLines(
  file: readonly FileLine[],
  keys: readonly string[],
  wanted: Wanted,
): Generator<LinePlace> {
  const middle = wanted.keys.slice(1, -1)
  const begins = middle.length === 0 ? keys.keys() : occurrencesOf(middle, keys.slice(1))
  for (const begin of begins) {
    const last = begin + wanted.keys.length - 1
    const start = startIn(file[begin], keys[begin], wanted)
    const end = endIn(file[last], keys[last], wanted)
    if (start !== undefined && end !== undefined) yield { start, end, line: begin }
  }
}

function startIn(line: FileLine | undefined, key: string | undefined, wanted: Wanted): number | undefined {
  if (line === undefined || key === undefined) return undefined
  const text = wanted.keys[0] ?? ''
  if (wanted.old[0]?.text === '') return line.start + line.text.length
  if (wanted.overlooked.indentation) return key === text ? line.start : undefined
  return key.endsWith(text) ? line.start + key.length - text.length : undefined
}

function endIn(line: FileLine | undefined, key: string | undefined, wanted: Wanted): number | undefined {
  if (line === undefined || key === undefined) return undefined
  const text = wanted.keys.at(-1) ?? ''
  const last = wanted.old.at(-1)
  if (last?.text === '') return line.start
  const whole = wanted.overlooked.indentation || (wanted.overlooked.trailing && hasTrailing(last))
  if (whole) return key === text ? line.start + line.text.length : undefined
  return key.startsWith(text) ? line.start + text.length : undefined
}

function hasTrailing(line: FileLine | undefined): boolean {
  return /[ \t\v\f]$/.test(line?.text ?? '')
}
