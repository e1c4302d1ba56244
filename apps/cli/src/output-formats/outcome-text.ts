import type { ToolOutcome } from '@keepup/core'

/** What came of a call, as text. */
export function outcomeText(outcome: ToolOutcome): string {
  if (outcome.type === 'denied' || outcome.type === 'unknown') return outcome.reason
  if (outcome.type === 'failed') return outcome.message
  const content = outcome.output?.content ?? []
  return content.map((part) => (part.type === 'text' ? part.text : `[${part.mediaType}]`)).join('\n')
}
