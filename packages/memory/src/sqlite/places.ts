import type { Sequence } from '@keepup/core'

import type { Body } from '../backend/read-bodies.ts'
import type { IndexRange } from '../contract/memory-index.ts'
import type { BodyRow, ScopeRow, Statements } from './statements.ts'

const span = 2 ** 32

/** Where the row of an entry lies: those of a scope lie together. */
export function placeOf({ id }: Pick<ScopeRow, 'id'>, sequence: Sequence): number {
  return id * span + sequence
}

/** The entry of a row. */
export function sequenceOf(place: number): Sequence {
  return place % span
}

/** The places of a range: after the first, up to the second. */
export function placesOf(row: Pick<ScopeRow, 'id'>, { after, through }: IndexRange): [number, number] {
  return [placeOf(row, after), placeOf(row, Math.min(through, span - 1))]
}

/** The places of entries, as a JSON array. */
export function placeList(row: Pick<ScopeRow, 'id'>, sequences: readonly Sequence[]): string {
  return JSON.stringify(sequences.map((sequence) => placeOf(row, sequence)))
}

/** Rows with their entries instead of their places. */
export function toBodies(rows: readonly BodyRow[]): readonly Body[] {
  return rows.map(([place, body]) => ({ sequence: sequenceOf(place), body }))
}

/** Stems as words of the full-text table: each with its scope before it, so that no other scope's rows are looked at. */
export function stemsText(row: Pick<ScopeRow, 'id'>, stems: readonly string[]): string {
  return stems.map((stem) => stemWord(row, stem)).join(' ')
}

/** See `MemoryIndex.matching`. */
export function matchingRows(
  statements: Statements,
  row: ScopeRow,
  stem: string,
  range: IndexRange,
  limit: number,
): readonly Sequence[] {
  const places = statements.matching.all(`"${stemWord(row, stem)}"`, ...placesOf(row, range), limit)
  return places.map(sequenceOf)
}

function stemWord({ id }: Pick<ScopeRow, 'id'>, stem: string): string {
  return `${id}x${stem}`
}
