import type { JsonPointer } from './json.ts'

/**
 * How far content can be trusted to be what its author of record meant, most trusted first: a total order.
 * `trusted`: the user or the operator said it. `vendor`: a service the user chose says it of itself. `registry`: a public registry's
 * checked field. `structured`: a typed field of a tool's result. `free-text`: anything else, and everything unknown.
 */
export const integrities = ['trusted', 'vendor', 'registry', 'structured', 'free-text'] as const

/** One rank of {@link integrities}. */
export type Integrity = (typeof integrities)[number]

/** Where content came from: `user`, `tool:read`, `model:NAME`, `url:HOST`, … Stable, short, no free text. */
export type SourceId = string

/** Provenance of content. A plain value, compared by content; `joinLabels` combines two. */
export interface Label {
  readonly integrity: Integrity
  /** Sorted, without repetition. */
  readonly sources: readonly SourceId[]
  /** Who may read it: anyone, or only those named (sorted). */
  readonly readers: 'anyone' | readonly string[]
  readonly confidential: boolean
}

/** The labels of a value with parts: the longest pointer that is a prefix of a leaf decides; `default` where none is. */
export interface LabelTable {
  readonly default: Label
  readonly leaves?: readonly (readonly [JsonPointer, Label])[]
}

/** What the user or the operator said. */
export const trustedLabel: Label = Object.freeze({
  integrity: 'trusted',
  sources: Object.freeze([]),
  readers: 'anyone',
  confidential: false,
})

/** The most restrictive label, which stands for every label that was lost. */
export const lostLabel: Label = Object.freeze({
  integrity: 'free-text',
  sources: Object.freeze(['lost']),
  readers: Object.freeze([]),
  confidential: true,
})

/**
 * The least label that is at least as restrictive as both: integrity falls to the lower, sources unite, readers intersect, confidential
 * wins. Commutative, associative, idempotent; returns `a` itself where `b` adds nothing. A new label is frozen, so that whoever meets it again may know it.
 */
export function joinLabels(a: Label, b: Label): Label {
  if (a === b || covers(a, b)) return a
  return Object.freeze({
    integrity: lower(a.integrity, b.integrity),
    sources: Object.freeze(unite(a.sources, b.sources)),
    readers: Object.freeze(intersect(a.readers, b.readers)),
    confidential: a.confidential || b.confidential,
  })
}

/** Whether `a` is at least as restrictive as `b` in every respect, so that joining them changes nothing. */
export function covers(a: Label, b: Label): boolean {
  return (
    lower(a.integrity, b.integrity) === a.integrity &&
    b.sources.every((source) => a.sources.includes(source)) &&
    narrower(a.readers, b.readers) &&
    (a.confidential || !b.confidential)
  )
}

/** The join of every label of a table: what a reader of the whole value was shown. */
export function joinTable(table: LabelTable): Label {
  return (table.leaves ?? []).reduce((joined, [, label]) => joinLabels(joined, label), table.default)
}

/** The label of one leaf: that of the longest pointer in the table that is the leaf or an ancestor of it. */
export function labelAt(table: LabelTable, pointer: JsonPointer): Label {
  let best: readonly [JsonPointer, Label] | undefined
  for (const leaf of table.leaves ?? []) {
    if (!isWithin(pointer, leaf[0])) continue
    if (best === undefined || leaf[0].length > best[0].length) best = leaf
  }
  return best?.[1] ?? table.default
}

function isWithin(pointer: JsonPointer, ancestor: JsonPointer): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`)
}

function lower(a: Integrity, b: Integrity): Integrity {
  return integrities.indexOf(a) >= integrities.indexOf(b) ? a : b
}

function unite(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])].toSorted()
}

function intersect(a: Label['readers'], b: Label['readers']): Label['readers'] {
  if (a === 'anyone') return b === 'anyone' ? b : [...b]
  if (b === 'anyone') return [...a]
  return a.filter((reader) => b.includes(reader))
}

function narrower(a: Label['readers'], b: Label['readers']): boolean {
  if (b === 'anyone') return true
  return a !== 'anyone' && a.every((reader) => b.includes(reader))
}
