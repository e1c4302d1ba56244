import { canonicalJson, type Effect, type GuardedCall, type JsonValue } from '@keepup/core'

/** What a person allowed for good: exactly this, in one project. */
export interface ApprovedCall {
  readonly id: string
  readonly tool: string
  /** The input of the call. */
  readonly input: JsonValue
  /** What the tool declared to touch with it: a call that touches anything else is another one. */
  readonly effects: readonly Effect[]
  /** When, as ISO 8601 has it. */
  readonly time: string
  /** Who allowed it. */
  readonly by: string
}

/** One leaf of an input. */
export type Leaf = readonly [pointer: string, value: JsonValue]

/** The one text of a call: equal for calls of the same tool with the same input and effects, and for no others. */
export function fingerprint(tool: string, leaves: readonly Leaf[], effects: readonly Effect[]): string {
  const touched = new Set(effects.map(({ kind, target }) => `${kind}:${target}`))
  return canonicalJson([
    tool,
    leaves.map(([pointer, value]) => canonicalJson([pointer, value])).toSorted(),
    [...touched].toSorted(),
  ])
}

/** The fingerprint of a call that is to be decided. */
export function fingerprintOf({ tool, arguments: leaves, effects }: GuardedCall): string {
  return fingerprint(
    tool.name,
    leaves.map(({ pointer, value }) => [pointer, value]),
    effects,
  )
}

/** The leaves of an input, as policies see them: empty lists and objects are leaves. */
export function leavesOf(input: JsonValue, pointer = ''): readonly Leaf[] {
  const members = typeof input === 'object' && input !== null ? Object.entries(input) : []
  if (members.length === 0) return [[pointer, input]]
  return members.flatMap(([key, value]) =>
    leavesOf(value, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  )
}
