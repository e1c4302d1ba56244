import type { ToolOutcome, ToolOutput } from '@keepup/core'

/** What a call came to, as text. */
export function outcomeText(outcome: ToolOutcome): string {
  const shown = 'output' in outcome && outcome.output !== undefined ? outputText(outcome.output) : ''
  const said = [problemOf(outcome), shown].filter((text) => text !== '')
  return said.join('\n')
}

/** The text of an output; files are named. */
function outputText({ content }: ToolOutput): string {
  return content
    .map((part) => (part.type === 'text' ? part.text : `[${part.mediaType} ${part.name ?? 'file'}]`))
    .join('\n')
}

function problemOf(outcome: ToolOutcome): string {
  if (outcome.type === 'failed') return outcome.message
  if (outcome.type === 'timed-out') return `It was stopped after ${outcome.after / 1000} s.`
  return outcome.type === 'completed' ? '' : outcome.reason
}
