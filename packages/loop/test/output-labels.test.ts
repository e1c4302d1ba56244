import { type Label, trustedLabel } from '@keepup/core'
import { expect, test } from 'vitest'

import { toEntryLabels, toOutputLabels } from '../src/output-labels.ts'

test('labels of an output move to its place in the entry, and back', () => {
  const low: Label = { ...trustedLabel, integrity: 'free-text', sources: ['tool:web'] }
  const table = { default: trustedLabel, leaves: [['/content/0/text', low]] } as const
  expect(toEntryLabels(table).leaves).toEqual([['/outcome/output/content/0/text', low]])
  expect(toOutputLabels(toEntryLabels(table))).toEqual(table)
  expect(toEntryLabels({ default: low })).toEqual({ default: low })
})
