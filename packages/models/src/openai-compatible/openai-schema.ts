import type { JsonObject } from '@keepup/core'

/** A tool's schema as chat-completion servers take it: an object with a list of properties, even an empty one. */
export function openaiSchema(schema: JsonObject): JsonObject {
  const { $schema: _, ...rest } = schema
  return { ...rest, type: 'object', properties: schema['properties'] ?? {} }
}
