import { type Entry, KeepupError } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

import { internerOf } from './interner.ts'

/** The part of an entry's header that repeats from entry to entry. */
export type EntryKind = Pick<Entry, 'type' | 'version' | 'critical' | 'by'>

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
    idOf: ({ type, version, critical, by }) =>
      texts.idOf(`${type} ${version} ${critical ? 'critical' : '-'} ${by}`),
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

function parseKind(text: string): EntryKind {
  const [type, version, critical, by] = text.split(' ')
  if (type === undefined || by === undefined) {
    throw new KeepupError('thread-damaged', `The kind of an entry cannot be read: ${text}`)
  }
  return { type, version: Number(version), critical: critical === 'critical', by }
}
