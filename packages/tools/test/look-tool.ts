import type { JsonValue, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

/** A schema with one field of each kind. */
export const schema = jsonSchema<Record<string, JsonValue>>({
  type: 'object',
  properties: {
    path: { type: 'string', description: 'Where to look' },
    limit: { type: 'integer', minimum: 1 },
    deep: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    sizes: { type: 'array', items: { $ref: '#/$defs/size' } },
    filter: { type: 'object', properties: { by: { type: ['string', 'null'] } } },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
  },
  required: ['path'],
  additionalProperties: false,
  $defs: { size: { type: 'number' } },
})

/** A safe tool that looks, changed as a test needs it. */
export function lookTool(
  change: Partial<Tool<Record<string, JsonValue>>> = {},
): Tool<Record<string, JsonValue>> {
  return {
    name: 'look',
    description: 'Looks',
    input: schema,
    repeat: 'safe',
    effects: () => [],
    run: async (input) => ({ content: [{ type: 'text', text: JSON.stringify(input) }] }),
    ...change,
  }
}
