import { KeepupError } from '@keepup/core'
import type { SqliteDatabase } from '@keepup/database-sqlite'

/** Texts that repeat, stored once and named by small integers. Rows are never changed or deleted. */
export interface Interner {
  /** The integer of a text, new where the text is. Only inside a body that writes. */
  idOf(text: string): number
  /** The text of an integer; `thread-damaged` where there is none. */
  textOf(id: number): string
}

/** So many texts are remembered at most. */
const rememberedAtMost = 10_000

/** An interner over one of the two tables made for it. */
export function internerOf(database: SqliteDatabase, table: 'kind' | 'label'): Interner {
  const select = database.prepare<number>(`SELECT id FROM ${table} WHERE text = ?`, 'value')
  const insert = database.prepare<number>(`INSERT INTO ${table} (text) VALUES (?) RETURNING id`, 'value')
  const selectText = database.prepare<string>(`SELECT text FROM ${table} WHERE id = ?`, 'value')
  const ids = new Map<string, number>()
  const texts = new Map<number, string>()
  let rollbacks = database.rollbacks

  function forgetUndone(): void {
    if (rollbacks === database.rollbacks && ids.size < rememberedAtMost) return
    rollbacks = database.rollbacks
    ids.clear()
    texts.clear()
  }

  function remember(text: string, id: number): number {
    ids.set(text, id)
    texts.set(id, text)
    return id
  }

  return {
    idOf(text) {
      forgetUndone()
      const known = ids.get(text)
      if (known !== undefined) return known
      const made = select.get(text) ?? insert.get(text)
      if (made === undefined) throw new KeepupError('internal', `The table ${table} gave no id for ${text}.`)
      return remember(text, made)
    },
    textOf(id) {
      forgetUndone()
      const known = texts.get(id)
      if (known !== undefined) return known
      const stored = selectText.get(id)
      if (stored === undefined)
        throw new KeepupError('thread-damaged', `The table ${table} lacks the row ${id}.`)
      remember(stored, id)
      return stored
    },
  }
}
