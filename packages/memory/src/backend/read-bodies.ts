import type { Sequence } from '@keepup/core'

import type { Evidence, StoredEvidence } from '../contract/evidence.ts'
import type { ItemVersion } from '../contract/memory-index.ts'
import type { MemoryItem } from '../contract/memory-item.ts'
import type { RankedDocument } from '../recall/ranked-document.ts'
import { documentOf } from './document-text.ts'
import type { RowCodec } from './row-codec.ts'

/** What a row holds besides where it lies. */
export interface Body {
  readonly sequence: Sequence
  readonly body: string | Uint8Array
}

/** Under which names the parts of a row are sealed. */
export const bodyPlaces = {
  document: (sequence: Sequence) => `document ${sequence}`,
  evidence: (sequence: Sequence) => `evidence ${sequence}`,
  version: (sequence: Sequence, id: string) => `version ${sequence} ${id}`,
  vector: (sequence: Sequence) => `vector ${sequence}`,
} as const

/** Reads the rows of documents. */
export function readDocuments(rows: readonly Body[], codec: RowCodec): readonly RankedDocument[] {
  return rows.map(({ sequence, body }) =>
    documentOf(sequence, codec.read(bodyPlaces.document(sequence), body)),
  )
}

/** Reads the rows of evidence, in the order of `sequences` where they are given. */
export function readEvidenceBodies(
  rows: readonly Body[],
  codec: RowCodec,
  sequences?: readonly Sequence[],
): readonly StoredEvidence[] {
  const read = rows.map(({ sequence, body }) => ({
    // What the index wrote.
    ...(JSON.parse(codec.read(bodyPlaces.evidence(sequence), body)) as Evidence),
    sequence,
  }))
  if (sequences === undefined) return read
  const found = new Map(read.map((each) => [each.sequence, each]))
  return sequences.flatMap((sequence) => found.get(sequence) ?? [])
}

/** Reads the rows of versions, in order of their entries, and of the items of one entry. */
export function readVersions(
  rows: readonly (Body & { readonly id: string })[],
  codec: RowCodec,
): readonly ItemVersion[] {
  const versions = rows.map(({ sequence, id, body }) => ({
    sequence,
    // What the index wrote.
    item: JSON.parse(codec.read(bodyPlaces.version(sequence, id), body)) as MemoryItem,
  }))
  return versions.toSorted((a, b) => a.sequence - b.sequence || (a.item.id < b.item.id ? -1 : 1))
}
