import { canonicalJson, type Effect, type GuardedCall, type JsonValue } from '@keepup/core'
import { realPath } from '@keepup/shell'

/** What a person allowed for good: exactly this, in one project. */
export interface ApprovedCall {
  readonly id: string
  readonly tool: string
  /** The input as it is run: after repair and rewriting. */
  readonly input: JsonValue
  /** What the tool declared to touch with it: a call that touches anything else is another one. */
  readonly effects: readonly Effect[]
  /** Where its commands start, absolute; the project when left out. The same words elsewhere are another call. */
  readonly folder?: string
  /** When, as ISO 8601 has it. */
  readonly time: string
  /** Who allowed it. */
  readonly by: string
}

/** One leaf of an input. */
type Leaf = readonly [pointer: string, value: JsonValue]

/** The one text of a call: equal for calls of the same tool with the same input, effects and folder, and for no others. */
export function fingerprint({ tool, input, effects, folder }: What, project: string): string {
  return textOf(tool, leavesOf(input), effects, elsewhere(folder, project))
}

/** The fingerprint of a call that is to be decided. */
export function fingerprintOf(
  { tool, arguments: leaves, effects, folder }: GuardedCall,
  project: string,
): string {
  const found = leaves.map(({ pointer, value }): Leaf => [pointer, value])
  return textOf(tool.name, found, effects, elsewhere(folder, project))
}

/** What of an approval says which call it is. */
type What = Pick<ApprovedCall, 'tool' | 'input' | 'effects' | 'folder'>

function textOf(
  tool: string,
  leaves: readonly Leaf[],
  effects: readonly Effect[],
  folder: string | undefined,
): string {
  const touched = new Set(effects.map(({ kind, target }) => `${kind}:${target}`))
  return canonicalJson([
    tool,
    leaves.map(([pointer, value]) => canonicalJson([pointer, value])).toSorted(),
    [...touched].toSorted(),
    ...(folder === undefined ? [] : [folder]),
  ])
}

/** A folder by its real path; nothing where it is the project. */
function elsewhere(folder: string | undefined, project: string): string | undefined {
  if (folder === undefined) return undefined
  const real = realPath(folder)
  return real === project ? undefined : real
}

/** The leaves of an input, as policies see them: empty lists and objects are leaves. */
function leavesOf(input: JsonValue, pointer = ''): readonly Leaf[] {
  const members = typeof input === 'object' && input !== null ? Object.entries(input) : []
  if (members.length === 0) return [[pointer, input]]
  return members.flatMap(([key, value]) =>
    leavesOf(value, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  )
}
