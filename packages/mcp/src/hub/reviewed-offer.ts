import type { ReviewedTools } from '../hub-parts.ts'
import type { OfferedTool, ServerDescription } from '../server-status.ts'
import { mendSchema } from '../tools/mend-schema.ts'

/** What a server offers, after a review: what that withheld is refused, and the rest is described as it says. */
export function withReview(
  description: ServerDescription,
  reviewed: ReviewedTools | undefined,
): ServerDescription {
  if (reviewed === undefined) return description
  const shown = new Map(reviewed.shown.map((tool) => [tool.raw, tool]))
  const reasons = new Map(reviewed.withheld.map(({ raw, reason }) => [raw, reason]))
  const refused = description.tools.flatMap(({ serverName, raw }) =>
    shown.has(raw) ? [] : [{ serverName, reason: reasons.get(raw) ?? 'it was not reviewed' }],
  )
  return {
    ...description,
    tools: description.tools.flatMap((tool) => {
      const found = shown.get(tool.raw)
      return found === undefined ? [] : [reviewedTool(tool, found)]
    }),
    refused: [...description.refused, ...refused],
  }
}

function reviewedTool(
  { title: _title, ...tool }: OfferedTool,
  { words, mark, inputSchema, checked }: ReviewedTools['shown'][number],
): OfferedTool {
  const mended = mendSchema(inputSchema)
  return {
    ...tool,
    description: words,
    mark,
    checked,
    inputSchema: 'reason' in mended ? { type: 'object' } : mended.shown,
  }
}
