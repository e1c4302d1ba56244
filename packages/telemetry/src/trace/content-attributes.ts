import type {
  FilePart,
  Message,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolDefinition,
  ToolResultPart,
} from '@keepup/core'
import type { Attributes } from '@opentelemetry/api'

import type { Redact } from './trace-options.ts'

/** Texts longer than this are cut, in characters: backends refuse larger spans. */
const longest = 65_536

/** Attributes that hold content, as far as it may be told: JSON texts, which is what backends parse. */
export function contentAttributes(
  redact: Redact | undefined,
  values: Readonly<Record<string, unknown>>,
): Attributes {
  if (redact === undefined) return {}
  const told: Attributes = {}
  for (const [attribute, value] of Object.entries(values)) {
    if (value === undefined) continue
    const text = JSON.stringify(value, (_, part: unknown) =>
      typeof part === 'string' ? struck(redact, part, attribute) : part,
    )
    if (text !== undefined) told[attribute] = text
  }
  return told
}

/** Every text by itself, so that the JSON around them stays whole. */
function struck(redact: Redact, text: string, attribute: string): string {
  try {
    const left = redact(text, attribute) ?? ''
    return left.length <= longest ? left : `${left.slice(0, longest)} [cut: ${left.length - longest} more]`
  } catch {
    return ''
  }
}

/** A message as the conventions spell it: `{ role, parts }`. */
export function toldMessage({ role, content }: Message): unknown {
  return { role, parts: content.map(toldPart) }
}

type Part = TextPart | ReasoningPart | FilePart | ToolCallPart | ToolResultPart

function toldPart(part: Part): unknown {
  switch (part.type) {
    case 'text':
      return { type: 'text', content: part.text }
    case 'reasoning':
      return { type: 'reasoning', content: part.text }
    case 'tool-call':
      return { type: 'tool_call', id: part.id, name: part.name, arguments: part.input }
    case 'tool-result':
      return { type: 'tool_call_response', id: part.id, response: textOf(part.content) }
    case 'file':
      return {
        type: 'file',
        mime_type: part.mediaType,
        ...(part.name === undefined ? {} : { name: part.name }),
      }
  }
}

/** The texts of an output, one after another. */
export function textOf(content: readonly (TextPart | FilePart)[]): string {
  return content.map((part) => (part.type === 'text' ? part.text : `[${part.mediaType}]`)).join('\n')
}

/** A tool as the conventions spell its definition. */
export function toldTool({ name, description, input }: ToolDefinition): unknown {
  return { type: 'function', name, description, parameters: input }
}
