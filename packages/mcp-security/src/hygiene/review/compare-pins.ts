import type { JsonObject } from '@keepup/core'

import { definitionDiff } from '../pins/definition-diff.ts'
import { definitionDigest } from '../pins/definition-digest.ts'
import type { PinnedTool, ServerPins } from '../pins/server-pins.ts'
import type { Checks } from './checks.ts'
import type { Finding } from './finding.ts'
import { gravest, type JudgedTool } from './judge-listing.ts'
import type { PendingTool, ToolListing } from './tool-review.ts'

/** What a listing is beside what was let pass. */
export interface Comparison {
  readonly passed: readonly JudgedTool[]
  readonly pending: readonly PendingTool[]
  /** The pins with what is gone marked; the same object where nothing was to mark. */
  readonly pins: ServerPins
}

/** Compares a listing to the pins of its server. */
export function comparePins(
  listing: ToolListing,
  judged: readonly JudgedTool[],
  pins: ServerPins,
  checks: Checks,
): Comparison {
  const pinned = new Map(pins.tools.map((tool) => [tool.name, tool]))
  const listed = new Set(judged.map(({ name }) => name))
  const missing = pins.tools.filter(({ name }) => !listed.has(name))
  const asked = judged.map((tool) => ({ tool, pending: ask(tool, pinned.get(tool.name), missing, checks) }))
  const about = { server: listing.server, identity: listing.identity ?? listing.server }
  const removed = missing.map((tool): PendingTool => ({
    ...about,
    tool: tool.name,
    change: 'removed',
    digest: tool.digest,
    findings: [],
    diff: definitionDiff(tool.definition, {}),
  }))
  const isMarked = missing.every(({ gone }) => gone)
  const marked = pins.tools.map((tool) => (listed.has(tool.name) ? tool : { ...tool, gone: true }))
  return {
    passed: asked.flatMap(({ tool, pending }) => (pending === undefined ? [tool] : [])),
    pending: [
      ...asked.flatMap(({ tool, pending }) =>
        pending === undefined
          ? []
          : [{ ...about, tool: tool.name, digest: tool.digest, findings: tool.findings, ...pending }],
      ),
      ...(checks.sets ? removed : []),
    ],
    pins: isMarked ? pins : { ...pins, tools: marked },
  }
}

function ask(
  { raw, digest, findings }: JudgedTool,
  pin: PinnedTool | undefined,
  missing: readonly PinnedTool[],
  checks: Checks,
): Pick<PendingTool, 'change' | 'diff'> | undefined {
  const renamed = pin === undefined ? missing.find((tool) => isRenamed(tool.definition, raw)) : undefined
  if (renamed !== undefined && checks.sets)
    return { change: 'renamed', diff: definitionDiff(renamed.definition, raw) }
  if (pin === undefined) {
    return checks.sets || gravest(findings).length > 0
      ? { change: 'added', diff: definitionDiff({}, raw) }
      : undefined
  }
  if (pin.digest !== digest && checks.pins)
    return { change: 'changed', diff: definitionDiff(pin.definition, raw) }
  if (pin.gone && checks.sets) return { change: 'returned', diff: definitionDiff({}, raw) }
  const unseen = gravest(findings).filter((finding) => !pin.accepted.includes(findingKey(finding)))
  return unseen.length > 0 ? { change: 'suspicious', diff: definitionDiff({}, raw) } : undefined
}

function isRenamed(
  { name: _before, ...before }: JsonObject,
  { name: _after, ...after }: JsonObject,
): boolean {
  return definitionDigest(before) === definitionDigest(after)
}

/** By what an accepted finding is known again. */
export function findingKey({ kind, text }: Finding): string {
  return `${kind}: ${text}`
}
