import type { Integrity, Label, LabelTable } from '@keepup/core'

/** A table with its labels as the ids that a database gives them, ready to be written as JSON. */
export type PackedLabels<Id> = readonly [
  fallback: Id,
  leaves?: readonly (readonly [pointer: string, label: Id])[],
]

type StoredLabel = readonly [
  integrity: Integrity,
  sources: readonly string[],
  readers: 'anyone' | readonly string[],
  confidential: boolean,
]

/** A label as text: equal labels give equal text, as entries keep them sorted. */
export function labelText(label: Label): string {
  return JSON.stringify([label.integrity, label.sources, label.readers, label.confidential])
}

/** The inverse of {@link labelText}: a frozen label. */
export function parseLabel(text: string): Label {
  // Only `labelText` writes what this reads; what breaks it is found as damage.
  const [integrity, sources, readers, confidential] = JSON.parse(text) as StoredLabel
  return Object.freeze({
    integrity,
    sources: Object.freeze(sources),
    readers: Object.freeze(readers),
    confidential,
  })
}

/** Replaces the labels of a table by their ids. */
export function packLabels<Id>(
  { default: fallback, leaves }: LabelTable,
  idOf: (label: Label) => Id,
): PackedLabels<Id> {
  return leaves === undefined
    ? [idOf(fallback)]
    : [idOf(fallback), leaves.map(([pointer, label]) => [pointer, idOf(label)] as const)]
}

/** The inverse of {@link packLabels}. */
export function unpackLabels<Id>(
  [fallback, leaves]: PackedLabels<Id>,
  labelOf: (id: Id) => Label,
): LabelTable {
  return leaves === undefined
    ? { default: labelOf(fallback) }
    : {
        default: labelOf(fallback),
        leaves: leaves.map(([pointer, label]) => [pointer, labelOf(label)] as const),
      }
}
