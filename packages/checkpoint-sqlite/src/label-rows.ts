import { type Integrity, KeepupError, type Label, type LabelTable } from '@keepup/core'
import type { SqliteDatabase, SqliteValue } from '@keepup/database-sqlite'

import { internerOf } from './interner.ts'

/** Labels and their tables as values of a column: an integer for a table without leaves, else JSON `[default, [[pointer, label], …]]`. */
export interface LabelRows {
  idOf(label: Label): number
  labelOf(id: number): Label
  save(table: LabelTable | undefined): number | string | null
  load(stored: SqliteValue): LabelTable | undefined
}

type StoredTable = readonly [fallback: number, leaves: readonly (readonly [pointer: string, label: number])[]]
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
    save(table) {
      if (table === undefined) return null
      const fallback = idOf(table.default)
      if (table.leaves === undefined) return fallback
      const stored: StoredTable = [fallback, table.leaves.map(([pointer, label]) => [pointer, idOf(label)])]
      return JSON.stringify(stored)
    },
    load(stored) {
      if (stored === null) return undefined
      if (typeof stored === 'number') return { default: labelOf(stored) }
      // Only `save` writes this column; what breaks it is found as damage.
      const [fallback, leaves] = parse(stored) as StoredTable
      return {
        default: labelOf(fallback),
        leaves: leaves.map(([pointer, label]) => [pointer, labelOf(label)] as const),
      }
    },
  }
}

function parseLabel(text: string): Label {
  // Only `idOf` writes this table; what breaks it is found as damage.
  const [integrity, sources, readers, confidential] = parse(text) as StoredLabel
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

function parse(stored: SqliteValue): unknown {
  try {
    return JSON.parse(String(stored))
  } catch (cause) {
    throw new KeepupError('thread-damaged', 'Stored labels cannot be read.', { cause })
  }
}
