import { hash } from 'node:crypto'

import type { Hash, Label, LabelTable } from '@keepup/core'

/** The ids of the labels met lately, by their canonical text. Derived and bounded, so that sharing it is harmless. */
const known = new Map<string, Hash>()
const knownAtMost = 1_000

/**
 * The name of a label: SHA-256 of the UTF-8 text of the JSON array `["keepup-label",1,integrity,sources,readers,confidential]`, where `sources`
 * and a list of `readers` are sorted by UTF-16 code units without repetition. Equal labels have equal ids.
 */
export function labelId(label: Label): Hash {
  const { integrity, sources, readers, confidential } = canonicalLabel(label)
  const text = JSON.stringify(['keepup-label', 1, integrity, sources, readers, confidential])
  const found = known.get(text)
  if (found !== undefined) return found
  if (known.size >= knownAtMost) known.clear()
  const id = hash('sha256', text)
  known.set(text, id)
  return id
}

/** The label with sources and readers sorted and without repetition; the very same object where they are. */
export function canonicalLabel(label: Label): Label {
  const sorted = isSorted(label.sources) && (label.readers === 'anyone' || isSorted(label.readers))
  if (sorted) return label
  const readers = label.readers === 'anyone' ? 'anyone' : sortUnique(label.readers)
  return { ...label, sources: sortUnique(label.sources), readers }
}

/** A table with every label as {@link canonicalLabel} gives it; the very same object where nothing changes. */
export function canonicalLabels(table: LabelTable): LabelTable {
  const fallback = canonicalLabel(table.default)
  if (table.leaves === undefined) return fallback === table.default ? table : { default: fallback }
  return {
    default: fallback,
    leaves: table.leaves.map(([pointer, label]) => [pointer, canonicalLabel(label)] as const),
  }
}

function isSorted(items: readonly string[]): boolean {
  return items.every((item, index) => index === 0 || (items[index - 1] ?? '') < item)
}

function sortUnique(items: readonly string[]): readonly string[] {
  return [...new Set(items)].toSorted()
}
