import { joinLabels, type Label, type LabelTable } from '@keepup/core'

import type { Leaf } from './leaf.ts'

/** What leaves are worth as labels of core, for `ToolOutput.labels`: each part by its own, and the text that shows them all by their join. */
export function labelsOf(leaves: readonly Leaf[]): LabelTable {
  const labelled = leaves.map((leaf) => [`/structured${leaf.pointer}`, labelOf(leaf)] as const)
  const whole = labelled
    .map(([, label]) => label)
    .reduce((joined, label) => joinLabels(joined, label), serviceLabel)
  return { default: whole, leaves: labelled }
}

const serviceLabel: Label = Object.freeze({
  integrity: 'trusted',
  sources: Object.freeze([]),
  readers: 'anyone',
  confidential: false,
})

/** What a leaf is worth, as a label of core. */
export function labelOf({ integrity, source, confidential }: Leaf): Label {
  // An id that the agent's own write returned is a checked field of a service.
  return {
    integrity: integrity === 'own' ? 'registry' : integrity,
    sources: [source],
    readers: 'anyone',
    confidential,
  }
}
