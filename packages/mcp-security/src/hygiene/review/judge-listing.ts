import type { Hash, JsonObject } from '@keepup/core'

import { definitionDigest } from '../pins/definition-digest.ts'
import { boundsFault } from '../schema/definition-bounds.ts'
import type { Checks } from './checks.ts'
import type { Finding } from './finding.ts'
import { judgeDefinition } from './judge-definition.ts'
import { shadowingJudge } from './shadowing-judge.ts'
import type { ToolListing, WithheldTool } from './tool-review.ts'

/** A listed tool, with its pin and what is odd about it. */
export interface JudgedTool {
  readonly name: string
  readonly raw: JsonObject
  readonly digest: Hash
  readonly findings: readonly Finding[]
}

/** The tools of a listing that can be looked at, and those that cannot. */
export interface JudgedListing {
  readonly judged: readonly JudgedTool[]
  readonly refused: readonly WithheldTool[]
}

/** Judges each tool of a listing, by itself and beside the others. */
export function judgeListing({ tools, others = [] }: ToolListing, checks: Checks): JudgedListing {
  const refused: WithheldTool[] = []
  const named = new Map<string, JsonObject>()
  for (const raw of tools) {
    const fault = checks.bounds ? boundsFault(raw) : undefined
    const { name } = raw
    if (fault !== undefined) refused.push({ raw, reason: fault })
    else if (typeof name !== 'string' || name === '') refused.push({ raw, reason: 'it has no name' })
    else if (named.has(name)) refused.push({ raw, reason: 'it is listed twice' })
    else named.set(name, raw)
  }
  const own = [...named.keys()]
  const judgeShadowing = shadowingJudge(own, others)
  const judged = [...named].map(([name, raw]): JudgedTool => {
    const odd = checks.findings ? judgeDefinition(raw) : []
    const shadows = checks.shadowing ? judgeShadowing(raw) : []
    return { name, raw, digest: definitionDigest(raw), findings: [...odd, ...shadows] }
  })
  return { judged, refused }
}

/** What a person must see first. */
export function gravest(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'withhold')
}
