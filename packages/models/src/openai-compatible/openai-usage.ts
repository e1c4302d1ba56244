import type { JsonValue, Usage } from '@keepup/core'

import { countOf, fieldOf } from '../transport/json-field.ts'

/** Usage as chat-completion servers tell it, or undefined where they told nothing. */
export function openaiUsage(usage: JsonValue | undefined): Usage | undefined {
  const input = firstCount(usage, ['prompt_tokens'], ['input_tokens'])
  const written = firstCount(usage, ['completion_tokens'], ['output_tokens'])
  if (input === undefined && written === undefined) return undefined
  const prompt = input ?? 0
  const reasoning =
    firstCount(usage, ['completion_tokens_details', 'reasoning_tokens'], ['reasoning_tokens']) ?? 0
  const output = withReasoning(prompt, written ?? 0, reasoning, firstCount(usage, ['total_tokens']))
  const cached = Math.min(prompt, cachedTokens(usage))
  const cacheWritten = Math.min(
    prompt - cached,
    firstCount(usage, ['prompt_tokens_details', 'cache_write_tokens']) ?? 0,
  )
  return { input: prompt, cached, cacheWritten, output, reasoning: Math.min(reasoning, output) }
}

/** OpenAI's name, then DeepSeek's, then Moonshot's. */
function cachedTokens(usage: JsonValue | undefined): number {
  return (
    firstCount(
      usage,
      ['prompt_tokens_details', 'cached_tokens'],
      ['prompt_cache_hit_tokens'],
      ['cached_tokens'],
    ) ?? 0
  )
}

function firstCount(
  usage: JsonValue | undefined,
  ...paths: readonly (readonly string[])[]
): number | undefined {
  return paths.map((path) => countOf(fieldOf(usage, ...path))).find((count) => count !== undefined)
}

/** Some servers (xAI) leave reasoning out of the completion tokens; their total tells. */
function withReasoning(input: number, output: number, reasoning: number, total: number | undefined): number {
  return reasoning > 0 && total === input + output + reasoning ? output + reasoning : output
}

/** What a call cost in nano-dollars, where the server says so (OpenRouter: `usage.cost`, in USD). */
export function openaiCost(usage: JsonValue | undefined): number | undefined {
  const cost = fieldOf(usage, 'cost')
  return typeof cost === 'number' && Number.isFinite(cost) && cost >= 0 ? Math.round(cost * 1e9) : undefined
}
