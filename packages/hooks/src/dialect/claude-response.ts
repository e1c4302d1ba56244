import type { JsonObject, ToolOutcome } from '@keepup/core'

import type { ToldCall } from './dialect.ts'
import { outcomeText } from './outcome-text.ts'

/** What a tool gave back, in the shape that the tool of that name has in Claude Code, as far as it is known here. */
export function claudeResponse({ name, input }: ToldCall, outcome: ToolOutcome): JsonObject {
  const text = outcomeText(outcome)
  // Both streams come as one here.
  if (name === 'Bash') return { stdout: text, stderr: '', interrupted: false, isImage: false }
  const file = input['file_path']
  if (file === undefined) return { content: text }
  if (name === 'Read') return { type: 'text', file: { filePath: file, content: text } }
  return { filePath: file, success: true, content: text }
}
