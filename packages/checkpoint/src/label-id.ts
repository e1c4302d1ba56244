import { hash } from 'node:crypto'

import type { Hash, Label, LabelTable } from '@keepup/core'

/** A label that nothing can change any more, and its id. */
interface KnownLabel {
  readonly label: Label
  readonly id: Hash
  /** A table of this label alone. */
  readonly table: LabelTable
}

/** The labels met lately: equal ones are one object. Derived and bounded, so that sharing it is harmless. */
const byText = new Map<string, KnownLabel>()
const byIdentity = new WeakMap<Label, KnownLabel>()
const knownAtMost = 1_000

/**
 * The name of a label: SHA-256 of the UTF-8 text of the JSON array `["keepup-label",1,integrity,sources,readers,confidential]`, where `sources`
 * and a list of `readers` are sorted by UTF-16 code units without repetition. Equal labels have equal ids.
 */
export function labelId(label: Label): Hash {
  return knownLabel(label).id
}

/** Canonical and frozen, and for equal labels the same object. */
export function sharedLabel(label: Label): Label {
  return knownLabel(label).label
}

/** A frozen table of one label, for equal labels the same object. */
export function sharedTable(label: Label): LabelTable {
  return knownLabel(label).table
}

/** Whether a label is one that {@link sharedLabel} gave: it was checked before, and has not changed since. */
export function isShared(label: Label): boolean {
  return byIdentity.get(label)?.label === label
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

function knownLabel(label: Label): KnownLabel {
  const same = byIdentity.get(label)
  if (same !== undefined) return same
  const { integrity, sources, readers, confidential } = canonicalLabel(label)
  const text = JSON.stringify(['keepup-label', 1, integrity, sources, readers, confidential])
  const known = byText.get(text) ?? remember(text, { integrity, sources, readers, confidential })
  // What nobody can change any more is known the next time it is met.
  if (isDeeplyFrozen(label)) byIdentity.set(label, known)
  return known
}

function isDeeplyFrozen(label: Label): boolean {
  return Object.isFrozen(label) && Object.isFrozen(label.sources) && Object.isFrozen(label.readers)
}

function remember(text: string, { integrity, sources, readers, confidential }: Label): KnownLabel {
  if (byText.size >= knownAtMost) byText.clear()
  const label = Object.freeze({
    integrity,
    sources: Object.freeze([...sources]),
    readers: readers === 'anyone' ? readers : Object.freeze([...readers]),
    confidential,
  })
  const known = { label, id: hash('sha256', text), table: Object.freeze({ default: label }) }
  byText.set(text, known)
  byIdentity.set(label, known)
  return known
}

function isSorted(items: readonly string[]): boolean {
  return items.every((item, index) => index === 0 || (items[index - 1] ?? '') < item)
}

function sortUnique(items: readonly string[]): readonly string[] {
  return [...new Set(items)].toSorted()
}
