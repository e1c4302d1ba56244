import {
  type FinishedCall,
  joinTable,
  type TextPart,
  type ToolCallPart,
  type ToolResultPart,
} from '@keepup/core'

/** What the model is told of a call: what it came to, or why it could not be run. A result that is not for everyone is withheld unless that `mayBeShown`. */
export function toolResult(
  { id, name }: ToolCallPart,
  came: string | FinishedCall,
  mayBeShown: boolean = true,
): ToolResultPart {
  const base = { type: 'tool-result', id, name } as const
  if (typeof came === 'string') return { ...base, content: [text(came)], error: true }
  const { confidential, readers } = joinTable(came.labels)
  if ((confidential || readers !== 'anyone') && !mayBeShown) {
    const message = `The result of ${name} is confidential, and is not shown. Let the graph say that its tools produce what is confidential.`
    return { ...base, content: [text(message)], error: true }
  }
  const { outcome } = came
  if (outcome.type === 'completed') return { ...base, content: outcome.output.content, error: false }
  const shown = 'output' in outcome ? (outcome.output?.content ?? []) : []
  return { ...base, content: [text(reasonOf(outcome)), ...shown], error: true }
}

type Other = Exclude<FinishedCall['outcome'], { readonly type: 'completed' }>

function reasonOf(outcome: Other): string {
  switch (outcome.type) {
    case 'failed':
      return `It failed: ${outcome.message}`
    case 'denied':
      return `It was denied: ${outcome.reason}`
    case 'timed-out':
      return `It took longer than ${outcome.after} ms. What it did until then may remain.`
    case 'unknown':
      return `Nobody knows whether it happened: ${outcome.reason}`
  }
}

function text(words: string): TextPart {
  return { type: 'text', text: words }
}
