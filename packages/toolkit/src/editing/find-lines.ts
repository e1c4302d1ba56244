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

/** What is searched. */
export interface SearchedLines {
  readonly file: readonly FileLine[]
  readonly old: readonly FileLine[]
  /** Where the old text may begin; anywhere when left out. */
  readonly candidates: readonly number[] | undefined
}

/**
 * Where an old text stands. Its first line may be the end of a file's line and its last one the beginning, unless indentation is overlooked: then lines
 * are whole. At most `most` places.
 */
export function findLines(
  { file, old, candidates }: SearchedLines,
  overlooked: Overlooked,
  most: number,
): readonly LinePlace[] {
  const wanted: Wanted = { old, keys: old.map(({ text }) => overlook(overlooked, text)), overlooked }
  const known: string[] = []
  const keys = (index: number): string => (known[index] ??= overlook(overlooked, file[index]?.text ?? ''))
  const places: LinePlace[] = []
  const found = old.length === 1 ? inLines : overLines
  const begins = candidates ?? beginsOf(file, wanted, keys)
  for (const place of found(file, keys, wanted, begins)) if (places.push(place) >= most) break
  return places
}

interface Wanted {
  readonly old: readonly FileLine[]
  readonly keys: readonly string[]
  readonly overlooked: Overlooked
}

type Keys = (index: number) => string

/** Every line, or those after which the middle lines of the old text stand. */
function beginsOf(file: readonly FileLine[], { keys: wanted }: Wanted, keys: Keys): Iterable<number> {
  const middle = wanted.slice(1, -1)
  return middle.length === 0
    ? file.keys()
    : occurrencesOf(
        middle,
        file.slice(1).map((_, index) => keys(index + 1)),
      )
}

function* inLines(
  file: readonly FileLine[],
  keys: Keys,
  wanted: Wanted,
  begins: Iterable<number>,
): Generator<LinePlace> {
  const text = wanted.keys[0] ?? ''
  const { indentation, trailing } = wanted.overlooked
  const toTheEnd = trailing && hasTrailing(wanted.old[0])
  for (const index of begins) {
    const line = file[index]
    if (line === undefined) continue
    const key = keys(index)
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
  keys: Keys,
  wanted: Wanted,
  begins: Iterable<number>,
): Generator<LinePlace> {
  const length = wanted.keys.length
  for (const begin of begins) {
    const last = begin + length - 1
    if (last >= file.length) continue
    const start = startIn(file[begin], keys(begin), wanted)
    const end = start === undefined ? undefined : endIn(file[last], keys(last), wanted)
    if (start === undefined || end === undefined) continue
    if (wanted.keys.slice(1, -1).every((key, index) => key === keys(begin + 1 + index)))
      yield { start, end, line: begin }
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
