import { hash } from 'node:crypto'

import { canonicalJson, type Effect, type Hash, type JsonValue, type Reason } from '@keepup/core'

import { argumentLeaves } from '../observe/argument-leaves.ts'

/** A call as a person was asked about it. */
export interface ShownCall {
  readonly tool: string
  readonly input: JsonValue
  readonly effects: readonly Effect[]
  /** Where its commands start; nothing where that is the workspace. */
  readonly folder?: string
  /** Of the question; those of the defence count. */
  readonly reasons: readonly Reason[]
}

/**
 * What a person was shown, as a number: the tool, every value, what it would touch, where, and all that was unusual, with the sources of the values that were. An answer
 * that is remembered under it holds for nothing else.
 */
export function shownDigest({ tool, input, effects, folder, reasons }: ShownCall): Hash {
  const values = argumentLeaves(input).map(({ pointer, value }) => [pointer, value] as const)
  const touched = effects.map(({ kind, target }) => `${kind}:${target}`).toSorted()
  const unusual = reasons.flatMap(({ rule, text }) =>
    rule.startsWith('defence ') ? [`${rule}: ${text}`] : [],
  )
  return hash(
    'sha256',
    canonicalJson([tool, values.toSorted(byPointer), touched, folder ?? null, unusual.toSorted()]),
  )
}

function byPointer([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
