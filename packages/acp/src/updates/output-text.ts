import type { ToolOutcome, ToolOutput } from '@keepup/core'

/** @limit In characters: of a longer output, an editor is shown the beginning and the end. */
const mostShown = 20_000

/** What a call came to, for a person. */
export function outcomeText(outcome: ToolOutcome): string {
  const output = 'output' in outcome ? textOf(outcome.output) : ''
  switch (outcome.type) {
    case 'completed':
      return shortened(output)
    case 'failed':
      return shortened(joined(outcome.message, output))
    case 'denied':
      return shortened(`Denied: ${outcome.reason}`)
    case 'timed-out':
      return shortened(joined(`It took longer than ${outcome.after / 1000} s and was ended.`, output))
    case 'unknown':
      return shortened(joined(`It is not known whether it happened: ${outcome.reason}`, output))
  }
}

function textOf(output: ToolOutput | undefined): string {
  return (output?.content ?? [])
    .map((part) => (part.type === 'text' ? part.text : `[${part.mediaType}]`))
    .join('\n')
}

function joined(first: string, rest: string): string {
  return rest === '' ? first : `${first}\n${rest}`
}

/** A text of bounded length. */
export function shortened(text: string): string {
  if (text.length <= mostShown) return text
  const half = mostShown / 2
  return `${text.slice(0, half)}\n… ${text.length - mostShown} characters are left out …\n${text.slice(-half)}`
}
