import { type EntryKind, kindText, parseKind } from '@keepup/checkpoint/backend'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import { internerOf } from './interner.ts'

/** Kinds as integers of a column. */
export interface EntryKinds {
  idOf(entry: EntryKind): number
  load(id: number): EntryKind
}

/** The kinds of one database. Nothing in them contains a space. */
export function createEntryKinds(database: SqliteDatabase): EntryKinds {
  const texts = internerOf(database, 'kind')
  const parsed = new Map<string, EntryKind>()
  return {
    idOf: (kind) => texts.idOf(kindText(kind)),
    load(id) {
      const text = texts.textOf(id)
      const known = parsed.get(text)
      if (known !== undefined) return known
      const kind = parseKind(text)
      parsed.set(text, kind)
      return kind
    },
  }
}
