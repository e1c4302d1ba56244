import type { Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

/** The input of {@link thinkTool}. */
export interface ThinkInput {
  readonly thought: string
}

const input = jsonSchema<ThinkInput>({
  type: 'object',
  properties: {
    thought: { type: 'string', minLength: 1, maxLength: 20_000, description: 'What you think' },
  },
  required: ['thought'],
  additionalProperties: false,
})

/** `think {thought}`: a place for a thought between calls, for models that do not reason by themselves. It does nothing; the thought stays in the thread. */
export function thinkTool(): Tool<ThinkInput> {
  return {
    name: 'think',
    description: 'Lets you think something through before you go on. It does nothing else.',
    input,
    repeat: 'safe',
    effects: () => [],
    sinks: { '/thought': 'content' },
    produces: { default: 'structured' },
    run: async () => ({ content: [{ type: 'text', text: 'Noted.' }] }),
  }
}
