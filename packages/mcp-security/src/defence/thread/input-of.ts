import type { GuardedArgument, JsonValue } from '@keepup/core'

interface Branch {
  readonly members: Map<string, Branch | JsonValue>
}

/** The input that a guarded call's leaves came from, as far as it matters here: lists become objects with their indices as keys. */
export function inputOf(leaves: readonly Pick<GuardedArgument, 'pointer' | 'value'>[]): JsonValue {
  const [only] = leaves
  if (only !== undefined && only.pointer === '') return only.value
  const root: Branch = { members: new Map() }
  for (const { pointer, value } of leaves) {
    const steps = pointer.split('/').slice(1).map(unescapeStep)
    let branch = root
    for (const step of steps.slice(0, -1)) branch = childOf(branch, step)
    branch.members.set(steps.at(-1) ?? '', value)
  }
  return toJson(root)
}

function childOf({ members }: Branch, step: string): Branch {
  const known = members.get(step)
  if (isBranch(known)) return known
  const made: Branch = { members: new Map() }
  members.set(step, made)
  return made
}

function isBranch(value: Branch | JsonValue | undefined): value is Branch {
  return typeof value === 'object' && value !== null && 'members' in value && value.members instanceof Map
}

function toJson({ members }: Branch): JsonValue {
  return Object.fromEntries(
    [...members].map(([key, value]) => [key, isBranch(value) ? toJson(value) : value]),
  )
}

function unescapeStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}
