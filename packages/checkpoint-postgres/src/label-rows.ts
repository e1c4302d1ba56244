import { labelId } from '@keepup/checkpoint'
import {
  labelText,
  packLabels,
  type PackedLabels,
  parseLabel,
  unpackLabels,
} from '@keepup/checkpoint/backend'
import { type Hash, KeepupError, type Label, type LabelTable } from '@keepup/core'
import { statement } from '@keepup/database-postgres'

import type { Session } from './session.ts'

/** Labels as hashes of a column. */
export interface LabelRows {
  /** The id of a label; the first time it is to be stored before what names it. */
  idOf(label: Label): Hash
  pack(table: LabelTable): PackedLabels<Hash>
  /** Stores what {@link LabelRows.idOf} met for the first time. */
  store(session: Pick<Session, 'call'>): Promise<void>
  /** The same inside a transaction that may be undone yet: it is stored again next time. */
  storeWithin(session: Pick<Session, 'call'>): Promise<void>
  /** Reads labels, so that {@link LabelRows.labelOf} knows them. */
  load(session: Pick<Session, 'call'>, ids: Iterable<Hash>): Promise<void>
  /** A label that was loaded; `thread-damaged` where it is not stored. */
  labelOf(id: Hash): Label
  unpack(packed: PackedLabels<Hash>): LabelTable
}

/** So many labels are remembered at most. */
const rememberedAtMost = 10_000

const insert = statement(
  `INSERT INTO label (id, text) SELECT decode(l.id, 'hex'), l.text FROM unnest($1::text[], $2::text[]) AS l(id, text)
   ORDER BY l.id ON CONFLICT (id) DO NOTHING`,
)
const select = statement<{ id: string; text: string }>(
  `SELECT encode(id, 'hex') AS id, text FROM label WHERE id = ANY(SELECT decode(wanted, 'hex') FROM unnest($1::text[]) AS wanted)`,
)

/** Remembers which labels are stored. They are never changed or deleted. */
export function createLabelRows(): LabelRows {
  const stored = new Set<Hash>()
  const fresh = new Map<Hash, string>()
  const loaded = new Map<Hash, Label>()

  function idOf(label: Label): Hash {
    const id = labelId(label)
    if (!stored.has(id) && !fresh.has(id)) fresh.set(id, labelText(label))
    return id
  }

  function labelOf(id: Hash): Label {
    const label = loaded.get(id)
    if (label === undefined) throw new KeepupError('thread-damaged', `The table label lacks the row ${id}.`)
    return label
  }

  async function storeWithin(session: Pick<Session, 'call'>): Promise<void> {
    if (fresh.size > 0) await session.call(insert, [[...fresh.keys()], [...fresh.values()]])
  }

  return {
    idOf,
    labelOf,
    storeWithin,
    pack: (table) => packLabels(table, idOf),
    unpack: (packed) => unpackLabels(packed, labelOf),
    async store(session) {
      const ids = [...fresh.keys()]
      await storeWithin(session)
      if (stored.size >= rememberedAtMost) stored.clear()
      for (const id of ids) {
        stored.add(id)
        fresh.delete(id)
      }
    },
    async load(session, ids) {
      const missing = [...new Set(ids)].filter((id) => !loaded.has(id))
      if (missing.length === 0) return
      if (loaded.size >= rememberedAtMost) loaded.clear()
      for (const { id, text } of await session.call(select, [missing])) loaded.set(id, parseLabel(text))
    },
  }
}
