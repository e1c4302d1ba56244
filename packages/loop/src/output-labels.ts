import type { JsonPointer, LabelTable } from '@keepup/core'

/** Where the output stands in the data of a `tool-finished` entry. */
const place: JsonPointer = '/outcome/output'

/** Labels of an output as labels of the entry that records it. */
export function toEntryLabels({ default: whole, leaves }: LabelTable): LabelTable {
  if (leaves === undefined) return { default: whole }
  return { default: whole, leaves: leaves.map(([pointer, label]) => [`${place}${pointer}`, label] as const) }
}

/** The inverse of `toEntryLabels`. */
export function toOutputLabels({ default: whole, leaves }: LabelTable): LabelTable {
  if (leaves === undefined) return { default: whole }
  return {
    default: whole,
    leaves: leaves.map(([pointer, label]) => [pointer.slice(place.length), label] as const),
  }
}
