import { type FailpointName, KeepupError } from '@keepup/core'

/** Which hit of which failpoint is meant, from 1. */
export interface Strike {
  readonly name: FailpointName
  readonly hit: number
}

const known: Readonly<Record<FailpointName, true>> = {
  'intent-before-commit': true,
  'intent-after-commit': true,
  'effect-before': true,
  'effect-after': true,
  'outcome-before-commit': true,
  'outcome-after-commit': true,
  'model-mid-stream': true,
  'snapshot-before': true,
  'snapshot-after': true,
  'final-before-commit': true,
}

/** Every failpoint that keepup has, for tests that visit them all. */
export const failpointNames: readonly FailpointName[] = Object.keys(known).filter(isKnown)

/** Reads `NAME:N`, or `NAME` for the first hit. Fails `configuration-invalid`. */
export function parseStrike(text: string): Strike {
  const [name = '', hit = '1', ...rest] = text.split(':')
  const number = /^\d{1,9}$/.test(hit) ? Number(hit) : 0
  if (isKnown(name) && number >= 1 && rest.length === 0) return { name, hit: number }
  throw new KeepupError(
    'configuration-invalid',
    `KEEPUP_FAILPOINT must be NAME:N with N from 1, not ${JSON.stringify(text)}. Use one of ${failpointNames.join(', ')}.`,
  )
}

function isKnown(name: string): name is FailpointName {
  return Object.hasOwn(known, name)
}
