import { normalise } from '../matching/normalise.ts'
import { argumentLeaves, argumentName, withKind } from '../observe/argument-leaves.ts'
import type { DefenceState } from '../observe/defence-state.ts'
import type { DecidingParts } from './deciding-parts.ts'
import { findEvidence } from './find-evidence.ts'
import { acceptedFor, isAccepted } from './judge-authority.ts'

/** @limit Characters: a longer value is not read back as an id, a name or an address. */
const longestRemembered = 200

/** What the agent writes after it was exposed gains no authority by being read back: a payee that others named is not a known one because it was paid once. */
export function recordWritten(
  parts: DecidingParts,
  input: Parameters<typeof argumentLeaves>[0],
): DefenceState {
  const { state, annotation } = parts
  if (!state.exposed || annotation?.effect === 'read') return state
  const added = argumentLeaves(input).flatMap((leaf) => {
    const { value, pointer, kind = 'resource' } = withKind(leaf, annotation)
    if (typeof value !== 'string' || value.length > longestRemembered || value === '') return []
    const evidence = findEvidence(parts, { value, kind, hint: argumentName(pointer) })
    return isAccepted(evidence, acceptedFor(parts, kind)) ? [] : [normalise(value)]
  })
  return added.length === 0 ? state : { ...state, written: new Set([...state.written, ...added]) }
}
