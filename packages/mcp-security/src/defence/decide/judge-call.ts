import type { JsonValue } from '@keepup/core'

import { activeTokens } from '../matching/active-tokens.ts'
import { canonicalUrl, hostOf } from '../matching/canonical-url.ts'
import { argumentLeaves, argumentName, type JudgedArgument, withKind } from '../observe/argument-leaves.ts'
import { asksFor, intentOf } from '../rules/intent-of.ts'
import type { ToolAnnotation } from '../rules/tool-annotation.ts'
import type { DecidingParts } from './deciding-parts.ts'
import { findEvidence } from './find-evidence.ts'
import type { Finding } from './finding.ts'
import { isAccepted, judgeAuthority, needsAuthority } from './judge-authority.ts'
import { judgeContent } from './judge-content.ts'
import { matchesHost } from './matches-host.ts'

/** Everything that speaks against running a call unasked; nothing where it may run. */
export function judgeCall(parts: DecidingParts, input: JsonValue, isExposed: boolean): readonly Finding[] {
  const { policy, annotation } = parts
  const judged = argumentLeaves(input).map((leaf) => withKind(leaf, annotation))
  const denied = judged.flatMap((argument) => judgeHosts(parts, argument))
  if (denied.length > 0) return denied
  const byName = judgeName(parts)
  if (byName !== undefined) return byName
  if (annotation?.effect === 'read' || (!isExposed && policy.cleanContext === 'allow')) return []
  if (annotation?.effect === 'workspace') return judgeProgram(parts)
  const mayLeave = (annotation?.outward ?? true) !== false
  return [
    ...judged.flatMap((argument) =>
      needsAuthority(argument.kind)
        ? judgeAuthority(parts, argument)
        : judgeContent(parts, argument, mayLeave),
    ),
    ...judged.flatMap((argument) => judgeAmount(parts, argument)),
    ...(isForOwn(parts, judged) ? [] : judgeEffect(parts)),
    ...judgeConfidential(parts, reachesOthers(annotation, input), isExposed),
  ]
}

function judgeProgram({ policy, annotation, tool, confined }: DecidingParts): readonly Finding[] {
  if (annotation?.runs !== true || policy.programs !== 'confined' || confined === true) return []
  return [{ rule: 'program', text: `${tool} is run without a sandbox, after text of others was read` }]
}

/** What the policy says of a tool by its name alone. */
function judgeName({ policy: { tools = {} }, tool }: DecidingParts): readonly Finding[] | undefined {
  if (!Object.hasOwn(tools, tool)) return undefined
  return tools[tool] === 'allow' ? [] : [{ rule: 'tool', text: `the policy says so of ${tool}` }]
}

/** Whether a call can reach somebody else, as far as is known. */
function reachesOthers(annotation: ToolAnnotation | undefined, input: JsonValue): boolean {
  const outward = annotation?.outward ?? annotation === undefined
  if (typeof outward === 'boolean') return outward
  return argumentLeaves(input).some(
    ({ pointer, value }) =>
      value !== null && (pointer === outward.whenGiven || pointer.startsWith(`${outward.whenGiven}/`)),
  )
}

/** Whether everything that it is done to was made by the agent. */
function isForOwn(parts: DecidingParts, judged: readonly JudgedArgument[]): boolean {
  if (parts.annotation?.freeForOwn !== true || judged.length === 0) return false
  return judged.every(({ value, pointer, kind = 'resource' }) => {
    if (typeof value !== 'string') return false
    return findEvidence(parts, { value, kind, hint: argumentName(pointer) }).some(
      ({ origin }) => origin === 'own',
    )
  })
}

function judgeEffect({ policy, state, tool, annotation }: DecidingParts): readonly Finding[] {
  if (policy.effects === 'any' || annotation?.effect === 'egress-read') return []
  const intent = intentOf(tool, annotation)
  if (state.prompts.some(({ text }) => asksFor(text, intent))) return []
  return [{ rule: 'effect', text: `nothing you said asks for ${tool}` }]
}

function judgeConfidential(
  { policy, state }: DecidingParts,
  isOutward: boolean,
  isExposed: boolean,
): readonly Finding[] {
  if (!isOutward || policy.confidential === 'any') return []
  const isReason = state.strayed || (policy.confidential === 'exposed' && state.private && isExposed)
  const why = 'something confidential was read, and so was text of others that may want it'
  return isReason ? [{ rule: 'confidential', text: why }] : []
}

function judgeAmount(parts: DecidingParts, { kind, value, pointer }: JudgedArgument): readonly Finding[] {
  const { amounts } = parts.policy
  if (amounts === undefined || kind !== 'amount' || (typeof value !== 'number' && typeof value !== 'string'))
    return []
  if (Number(value) <= amounts.cap) return []
  const evidence = findEvidence(parts, { value, kind, hint: argumentName(pointer) })
  if (isAccepted(evidence, amounts.origins)) return []
  return [
    {
      rule: 'amount',
      pointer,
      value: String(value),
      evidence,
      text: `${argumentName(pointer)} is ${value}, which you did not name`,
    },
  ]
}

function judgeHosts({ policy }: DecidingParts, { value, pointer }: JudgedArgument): readonly Finding[] {
  const deny = policy.egress?.deny ?? []
  if (deny.length === 0 || typeof value !== 'string') return []
  const hosts = [value, ...activeTokens(value).map(({ text }) => text.replace(/^.*@/, ''))].flatMap(
    (text) => {
      const url = canonicalUrl(text)
      return url === undefined ? [] : [hostOf(url)]
    },
  )
  const host = hosts.find((found) => deny.some((pattern) => matchesHost(pattern, found)))
  if (host === undefined) return []
  return [{ rule: 'egress', pointer, value: host, text: `the policy denies ${host}` }]
}
