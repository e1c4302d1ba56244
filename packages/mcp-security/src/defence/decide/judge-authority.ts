import { argumentName, type JudgedArgument } from '../observe/argument-leaves.ts'
import type { AcceptedOrigins } from '../rules/defence-policy.ts'
import type { ArgumentKind } from '../rules/tool-annotation.ts'
import type { DecidingParts } from './deciding-parts.ts'
import type { Evidence } from './evidence.ts'
import { findEvidence } from './find-evidence.ts'
import type { Finding } from './finding.ts'
import { shownValue } from './shown-value.ts'
import { valueParts } from './value-parts.ts'

const free = new Set<ArgumentKind>(['content', 'amount', 'scalar', 'name'])

/** Whether a kind of argument decides whom, what or where, so that its value needs authority. */
export function needsAuthority(kind: ArgumentKind | undefined): boolean {
  return kind === undefined || !free.has(kind)
}

/** A finding where a deciding value has no origin that the policy accepts. Each member of a list needs its own. */
export function judgeAuthority(parts: DecidingParts, argument: JudgedArgument): readonly Finding[] {
  const { value, pointer, kind = 'resource' } = argument
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return []
  const accepted = acceptedFor(parts, kind)
  const hint = argumentName(pointer)
  const whole = findEvidence(parts, { value, kind, hint })
  if (isAccepted(whole, accepted)) return []
  const members = valueParts(value, kind)
  if (members.length === 1 && members[0] === value) return [finding(argument, value, whole)]
  return members.flatMap((member) => {
    const evidence = findEvidence(parts, { value: member, kind, hint })
    return isAccepted(evidence, accepted) ? [] : [finding(argument, member, evidence)]
  })
}

/** The origins that a policy accepts for a kind of argument of this tool. */
export function acceptedFor({ policy, annotation }: DecidingParts, kind: ArgumentKind): AcceptedOrigins {
  const { kinds, irreversible } = policy.authority
  const accepted = kinds?.[kind] ?? policy.authority.default
  const isFinal = annotation === undefined || annotation.destructive === true
  return isFinal && irreversible !== undefined
    ? accepted.filter((origin) => irreversible.includes(origin))
    : accepted
}

/** Whether any of the evidence is of an accepted origin. */
export function isAccepted(evidence: readonly Evidence[], accepted: AcceptedOrigins): boolean {
  return evidence.some(({ origin }) => accepted.includes(origin))
}

function finding(argument: JudgedArgument, value: string | number, evidence: readonly Evidence[]): Finding {
  const { pointer, kind } = argument
  return {
    rule: kind === undefined ? 'undeclared' : 'authority',
    pointer,
    value: String(value),
    evidence,
    text: `${argumentName(pointer)} is ${shownValue(value)}, which you did not name`,
  }
}
