import { candidateLines } from './candidate-lines.ts'
import { carryOver } from './carry-over.ts'
import { type FileLine, type LineBreak, linesIn } from './file-lines.ts'
import { findLines, type LinePlace } from './find-lines.ts'
import { indentationChange } from './indentation-change.ts'
import { nameOf, overlook, type Overlooked, searches, type Strategy } from './strategy.ts'

/** Where an old text stands but for differences that are overlooked, and what would replace it. */
export interface NormalisedMatch {
  readonly strategy: Strategy
  readonly confidence: number
  /** From 1. */
  readonly lines: readonly number[]
  /** Where there is one place and it is known what belongs there; in UTF-16 units of the file. */
  readonly replacement?: { readonly start: number; readonly end: number; readonly text: string }
}

const mostPlaces = 11
/** What a doubt takes away: enough that nothing is applied. */
const doubt = 0.9
/** With fewer letters and digits there is little to recognise. */
const fewestSigns = 3

/** The strictest search that finds the old text, or part of a reason why none does. Nothing but white space is found nowhere. */
export function matchNormalised(text: string, oldText: string, newText: string): NormalisedMatch | undefined {
  if (oldText.trim() === '') return undefined
  const file = linesIn(text)
  const old = linesIn(oldText)
  const candidates = candidateLines(text, file, old)
  for (const overlooked of searches) {
    const places = findLines({ file, old, candidates }, overlooked, mostPlaces)
    const [place] = places
    if (place === undefined) continue
    const lines = places.map(({ line }) => line + 1)
    if (places.length > 1) return { ...nameOf(overlooked), lines }
    const match = matchAt({ text, file, old, newText, overlooked, place })
    if (match !== undefined) return { ...match, lines }
  }
  return undefined
}

interface Found {
  readonly text: string
  readonly file: readonly FileLine[]
  readonly old: readonly FileLine[]
  readonly newText: string
  readonly overlooked: Overlooked
  readonly place: LinePlace
}

function matchAt(found: Found): Omit<NormalisedMatch, 'lines'> | undefined {
  const { text, file, old, newText, overlooked, place } = found
  const { strategy, confidence } = nameOf(overlooked)
  const parts = linesIn(text.slice(place.start, place.end))
  const pairs = old.map((line, index) => ({ old: line.text, file: parts[index]?.text ?? '' }))
  const change = overlooked.indentation ? indentationChange(pairs) : undefined
  // The same words in a shape that no one change of indentation explains.
  if (overlooked.indentation && change === undefined) return undefined
  const carried = carryOver({
    old: old.map((line) => line.text),
    file: parts,
    newText,
    lineBreak: breakAt(file, place.line),
    carry: (line) => (change === undefined ? line : change.carry(line)),
  })
  const doubts = [
    carried === undefined,
    isOverlooked(overlooked, old, newText),
    hasFewSigns(old),
    splitsWord(text, place.start) || splitsWord(text, place.end),
  ]
  const sure = confidence * (change?.confidence ?? 1) * doubt ** doubts.filter(Boolean).length
  return {
    strategy,
    confidence: Math.round(sure * 1_000) / 1_000,
    ...(carried === undefined ? {} : { replacement: { start: place.start, end: place.end, text: carried } }),
  }
}

/** Whether the edit changes nothing but what the search overlooks: then what was meant cannot be told. */
function isOverlooked(overlooked: Overlooked, old: readonly FileLine[], newText: string): boolean {
  const next = linesIn(newText)
  return (
    next.length === old.length &&
    next.every(
      ({ text }, index) => overlook(overlooked, text) === overlook(overlooked, old[index]?.text ?? ''),
    )
  )
}

function hasFewSigns(old: readonly FileLine[]): boolean {
  const signs = old.reduce((count, { text }) => count + (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0), 0)
  return signs < fewestSigns
}

/** Whether a place begins or ends in the middle of a word: what is meant may be another word. */
function splitsWord(text: string, at: number): boolean {
  return /^[\p{L}\p{N}_]{2}$/u.test(text.slice(Math.max(0, at - 1), at + 1)) && at > 0
}

/** What ends the lines around a place. */
function breakAt(file: readonly FileLine[], line: number): LineBreak {
  const near = [file[line], file[line - 1], ...file].find((candidate) => (candidate?.lineBreak ?? '') !== '')
  return near?.lineBreak ?? '\n'
}
