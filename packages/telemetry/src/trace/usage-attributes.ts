import type { Money, Usage } from '@keepup/core'
import type { Attributes } from '@opentelemetry/api'

import type { Profile } from '../profile.ts'

/**
 * What a call used. Each count stands under one name alone: backends add up every `gen_ai.usage` key that they meet. `input_tokens` includes those that were cached,
 * `output_tokens` those of reasoning.
 */
export function usageAttributes(usage: Usage, cost: Money | undefined, profile: Profile): Attributes {
  const written =
    profile === 'latest'
      ? 'gen_ai.usage.cache_write.input_tokens'
      : 'gen_ai.usage.cache_creation.input_tokens'
  return {
    'gen_ai.usage.input_tokens': usage.input,
    'gen_ai.usage.output_tokens': usage.output,
    ...(usage.cached === 0 ? {} : { 'gen_ai.usage.cache_read.input_tokens': usage.cached }),
    ...(usage.cacheWritten === 0 ? {} : { [written]: usage.cacheWritten }),
    ...(usage.reasoning === 0 ? {} : { 'gen_ai.usage.reasoning.output_tokens': usage.reasoning }),
    ...(usage.estimated === true ? { 'keepup.usage.estimated': true } : {}),
    // In US dollars, as the backends that read it do.
    ...(cost === undefined ? {} : { 'gen_ai.usage.cost': cost / 1e9 }),
  }
}
