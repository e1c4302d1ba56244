import type { Message, ToolOutcome, ToolResultPart, UserMessage } from '@keepup/core'

/** The plain text of a message, for titles, answers and estimates. */
export function textOf(message: Message): string {
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

/** A user message of plain text. */
export function userText(text: string): UserMessage {
  return { role: 'user', content: [{ type: 'text', text }] }
}

/** Tokens a message is estimated to have: a quarter of its characters. Replaced by what the provider counts as soon as it has counted. */
export function estimateTokens(message: Message): number {
  let characters = 16
  for (const part of message.content) {
    if (part.type === 'tool-call') characters += part.name.length + JSON.stringify(part.input).length
    else if (part.type === 'tool-result') characters += resultLength(part)
    else if (part.type === 'file') characters += 4_000
    else characters += part.text.length
  }
  return Math.ceil(characters / 4)
}

/** What the model is told of an outcome. */
export function describeOutcome(id: string, name: string, outcome: ToolOutcome): ToolResultPart {
  const output = 'output' in outcome ? (outcome.output?.content ?? []) : []
  if (outcome.type === 'completed') return { type: 'tool-result', id, name, content: output, error: false }
  return {
    type: 'tool-result',
    id,
    name,
    content: [{ type: 'text', text: explain(outcome) }, ...output],
    error: true,
  }
}

function explain(outcome: Exclude<ToolOutcome, { type: 'completed' }>): string {
  switch (outcome.type) {
    case 'failed':
      return `Failed (${outcome.code}): ${outcome.message}`
    case 'denied':
      return `Denied: ${outcome.reason}`
    case 'timed-out':
      return `Timed out after ${outcome.after} ms. It was stopped; what it did until then may remain.`
    case 'unknown':
      return `Outcome unknown: ${outcome.reason} It may have happened: check before you repeat it.`
  }
}

function resultLength(part: ToolResultPart): number {
  return part.content.reduce(
    (sum, piece) => sum + (piece.type === 'text' ? piece.text.length : 4_000),
    part.name.length,
  )
}
