import {
  labelText,
  packLabels,
  type PackedLabels,
  parseLabel,
  unpackLabels,
} from '@keepup/checkpoint/backend'
import type { Label, LabelTable } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import { internerOf } from './interner.ts'

/** Labels as integers of a column. */
export interface LabelRows {
  idOf(label: Label): number
  labelOf(id: number): Label
  pack(table: LabelTable): PackedLabels<number>
  unpack(packed: PackedLabels<number>): LabelTable
}

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
    const id = texts.idOf(labelText(label))
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
    pack: (table) => packLabels(table, idOf),
    unpack: (packed) => unpackLabels(packed, labelOf),
  }
}

function isDeeplyFrozen(label: Label): boolean {
  return Object.isFrozen(label) && Object.isFrozen(label.sources) && Object.isFrozen(label.readers)
}
