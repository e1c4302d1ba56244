import type { Usage } from '@keepup/core'

import { countOf, fieldOf } from '../transport/json-field.ts'

/**
 * Usage in the AI SDK's shapes: numbers side by side (version 2) or in groups (3 and 4). Undefined where nothing was told.
 * In version 2 Anthropic's numbers leave cached input out; they are added here.
 */
export function sdkUsage(usage: unknown, metadata: unknown, provider: string): Usage | undefined {
  return typeof fieldOf(usage, 'inputTokens') === 'object'
    ? groupedUsage(usage)
    : flatUsage(usage, metadata, provider)
}

function groupedUsage(usage: unknown): Usage | undefined {
  const of = (...keys: readonly string[]): number => countOf(fieldOf(usage, ...keys)) ?? 0
  const cached = of('inputTokens', 'cacheRead')
  const cacheWritten = of('inputTokens', 'cacheWrite')
  const reasoning = of('outputTokens', 'reasoning')
  const input = of('inputTokens', 'total') || of('inputTokens', 'noCache') + cached + cacheWritten
  const output = of('outputTokens', 'total') || of('outputTokens', 'text') + reasoning
  return input + output === 0 ? undefined : { input, cached, cacheWritten, output, reasoning }
}

function flatUsage(usage: unknown, metadata: unknown, provider: string): Usage | undefined {
  const told = countOf(fieldOf(usage, 'inputTokens'))
  const output = countOf(fieldOf(usage, 'outputTokens')) ?? 0
  if (told === undefined && output === 0) return undefined
  const cached = countOf(fieldOf(usage, 'cachedInputTokens')) ?? 0
  const apart = provider === 'anthropic'
  const cacheWritten = apart ? (countOf(fieldOf(metadata, 'anthropic', 'cacheCreationInputTokens')) ?? 0) : 0
  const input = (told ?? 0) + (apart ? cached + cacheWritten : 0)
  const reasoning = countOf(fieldOf(usage, 'reasoningTokens')) ?? 0
  return {
    input,
    cached: Math.min(cached, input),
    cacheWritten,
    output,
    reasoning: Math.min(reasoning, output),
  }
}
