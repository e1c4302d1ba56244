import { joinLabels, type Label, type LabelTable, lostLabel, trustedLabel } from '@keepup/core'

import type { MailAddress } from './mail-address.ts'

/** What the words of an agent are at best: anybody's text, whoever it was told by. */
export function labelOfAgent(address: MailAddress): Label {
  return Object.freeze({
    integrity: 'free-text',
    sources: Object.freeze([`agent:${address}`]),
    readers: 'anyone',
    confidential: false,
  })
}

/** The table with every label lowered by one more. */
export function lowerTable(table: LabelTable, by: Label): LabelTable {
  const leaves = table.leaves?.map(([pointer, label]) => [pointer, joinLabels(label, by)] as const)
  const lowered = { default: joinLabels(table.default, by) }
  return leaves === undefined ? lowered : { ...lowered, leaves }
}

/** The labels of a message's content: those of its body, lowered where an agent sent it. */
export function labelsToSend(labels: LabelTable | undefined, from: MailAddress | undefined): LabelTable {
  const own = within('/body', labels ?? { default: trustedLabel })
  return from === undefined ? own : lowerTable(own, labelOfAgent(from))
}

/**
 * The labels of the body of what arrived. What an agent sent is lowered here again: whoever wrote the signal may have claimed anything. Without labels a
 * person's words are trusted, and all else has lost its label.
 */
export function labelsOfArrived(labels: LabelTable | undefined, from: MailAddress | undefined): LabelTable {
  if (labels === undefined && from === undefined) return { default: trustedLabel }
  const table = outOf('/body', labels ?? { default: lostLabel })
  return from === undefined ? table : lowerTable(table, labelOfAgent(from))
}

function within(place: string, { default: rest, leaves }: LabelTable): LabelTable {
  if (leaves === undefined) return { default: rest }
  return { default: rest, leaves: leaves.map(([pointer, label]) => [`${place}${pointer}`, label] as const) }
}

function outOf(place: string, { default: rest, leaves = [] }: LabelTable): LabelTable {
  const whole = leaves.find(([pointer]) => pointer === place)?.[1] ?? rest
  const inner = leaves
    .filter(([pointer]) => pointer.startsWith(`${place}/`))
    .map(([pointer, label]) => [pointer.slice(place.length), label] as const)
  return inner.length === 0 ? { default: whole } : { default: whole, leaves: inner }
}
