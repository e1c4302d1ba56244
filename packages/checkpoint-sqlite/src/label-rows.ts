import type { Integrity, Label, LabelTable } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import { internerOf } from './interner.ts'

/** A table with its labels as integers, ready to be written as JSON. */
export type PackedLabels = readonly [
  fallback: number,
  leaves?: readonly (readonly [pointer: string, label: number])[],
]

/** Labels as integers of a column. */
export interface LabelRows {
  idOf(label: Label): number
  labelOf(id: number): Label
  pack(table: LabelTable): PackedLabels
  unpack(packed: PackedLabels): LabelTable
}

type StoredLabel = readonly [
  integrity: Integrity,
  sources: readonly string[],
  readers: 'anyone' | readonly string[],
  confidential: boolean,
]

/** The labels of one database. Equal labels are one row; readers share one frozen value. */
export function createLabelRows(database: SqliteDatabase): LabelRows {
  const texts = internerOf(database, 'label')
  // A frozen label is one of core's constants or one that this gave out: it never changes.
  let frozen = new WeakMap<Label, number>()
  let loaded = new Map<number, Label>()
  let rollbacks = database.rollbacks

  function forgetUndone(): void {
    if (rollbacks === database.rollbacks) return
    rollbacks = database.rollbacks
    frozen = new WeakMap()
    loaded = new Map()
  }

  function idOf(label: Label): number {
    forgetUndone()
    const known = frozen.get(label)
    if (known !== undefined) return known
    const id = texts.idOf(JSON.stringify([label.integrity, label.sources, label.readers, label.confidential]))
    if (isDeeplyFrozen(label)) frozen.set(label, id)
    return id
  }

  function labelOf(id: number): Label {
    forgetUndone()
    const known = loaded.get(id)
    if (known !== undefined) return known
    const label = parseLabel(texts.textOf(id))
    loaded.set(id, label)
    frozen.set(label, id)
    return label
  }

  return {
    idOf,
    labelOf,
    pack: ({ default: fallback, leaves }) =>
      leaves === undefined
        ? [idOf(fallback)]
        : [idOf(fallback), leaves.map(([pointer, label]) => [pointer, idOf(label)] as const)],
    unpack: ([fallback, leaves]) =>
      leaves === undefined
        ? { default: labelOf(fallback) }
        : {
            default: labelOf(fallback),
            leaves: leaves.map(([pointer, label]) => [pointer, labelOf(label)] as const),
          },
  }
}

function parseLabel(text: string): Label {
  // Only `idOf` writes this table; what breaks it is found as damage.
  const [integrity, sources, readers, confidential] = JSON.parse(text) as StoredLabel
  return Object.freeze({
    integrity,
    sources: Object.freeze(sources),
    readers: Object.freeze(readers),
    confidential,
  })
}

function isDeeplyFrozen(label: Label): boolean {
  return Object.isFrozen(label) && Object.isFrozen(label.sources) && Object.isFrozen(label.readers)
}
