import {
  type ArtifactHash,
  type ArtifactStore,
  type FinishedCall,
  joinTable,
  type LabelTable,
  type ToolContext,
  type ToolOutcome,
  type ToolOutput,
} from '@keepup/core'

import { boundOutput } from './bound-output.ts'
import type { RegisteredTool } from './create-tool-registry.ts'
import { cutText, type TextLimit } from './cut-text.ts'
import { labelOutput } from './label-output.ts'

/** What finishing needs. */
export interface FinishingParts {
  /** The one of the call's context where left out. */
  readonly artifacts: ArtifactStore | undefined
  readonly limit: TextLimit
}

/** Labels and bounds an outcome, and lists the artifacts it names. */
export function finishCall(
  parts: FinishingParts,
  { labels: declared }: RegisteredTool,
  context: ToolContext,
  outcome: ToolOutcome,
): FinishedCall | Promise<FinishedCall> {
  const brief = cutReason(outcome, parts.limit)
  if (!('output' in brief) || brief.output === undefined) {
    return { outcome: brief, labels: labelOutput(declared) }
  }
  const { labels: own, ...bare } = brief.output
  const labels = labelOutput(declared, own)
  const artifacts = parts.artifacts ?? context.artifacts
  const bounded = boundOutput(bare, { limit: parts.limit, artifacts, label: joinTable(labels) })
  return bounded instanceof Promise
    ? bounded.then((output) => withOutput(brief, output, labels))
    : withOutput(brief, bounded, labels)
}

function withOutput(
  outcome: Exclude<ToolOutcome, { type: 'denied' }>,
  output: ToolOutput,
  labels: LabelTable,
): FinishedCall {
  const finished = { outcome: { ...outcome, output }, labels }
  const named = artifactsOf(output)
  return named.length === 0 ? finished : { ...finished, artifacts: named }
}

function artifactsOf({ content, artifacts = [] }: ToolOutput): readonly ArtifactHash[] {
  const files = content.flatMap((part) =>
    part.type === 'file' && 'artifact' in part.source ? [part.source.artifact] : [],
  )
  return files.length === 0 ? artifacts : [...new Set([...artifacts, ...files])]
}

function cutReason(outcome: ToolOutcome, limit: TextLimit): ToolOutcome {
  if (outcome.type === 'failed') return { ...outcome, message: cut(outcome.message, limit) }
  if (outcome.type === 'unknown' || outcome.type === 'denied') {
    return { ...outcome, reason: cut(outcome.reason, limit) }
  }
  return outcome
}

function cut(text: string, limit: TextLimit): string {
  const parts = cutText(text, limit)
  return parts === undefined
    ? text
    : `${parts.head}\n[… ${parts.characters} characters were left out.]\n${parts.tail}`
}
