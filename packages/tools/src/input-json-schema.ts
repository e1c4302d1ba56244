import { type JsonObject, KeepupError, type Tool } from '@keepup/core'

/** The dialect that every part of keepup speaks. */
const target = 'draft-2020-12'

/** What a schema may offer beside Standard Schema: core's `jsonSchema`, or the Standard JSON Schema extension. */
interface TellingSchema {
  readonly jsonSchema?: unknown
  readonly '~standard': {
    readonly vendor: string
    readonly jsonSchema?: { readonly input?: (options: { readonly target: string }) => unknown }
  }
}

/**
 * The JSON Schema of a tool's input: what the tool says itself, else what its schema can tell; a copy, so that nothing changes it later. Fails
 * `tool-invalid` where neither tells, or where it does not describe an object, which is all that providers accept.
 */
export function inputJsonSchema(tool: Tool): JsonObject {
  const { $schema: _, ...schema } = objectSchema(
    tool,
    plainCopy(tool, tool.inputJsonSchema ?? tellSchema(tool)),
  )
  return schema
}

/** Schemas may carry hidden properties and values of other kinds, which an entry could not hold. */
function plainCopy(tool: Tool, schema: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(schema))
  } catch (cause) {
    throw new KeepupError(
      'tool-invalid',
      `Tool "${tool.name}": its JSON Schema is no JSON (${String(cause)}).`,
      { cause },
    )
  }
}

function tellSchema(tool: Tool): unknown {
  // Both extensions are optional properties of the schema; their values are checked before use.
  const schema = tool.input as unknown as TellingSchema
  if (typeof schema.jsonSchema === 'object') return schema.jsonSchema
  const { input } = schema['~standard'].jsonSchema ?? {}
  if (input === undefined) {
    const vendor = schema['~standard'].vendor
    throw new KeepupError(
      'tool-invalid',
      `Tool "${tool.name}": its input schema (${vendor}) does not tell its JSON Schema. Pass \`inputJsonSchema\`, or use a schema with the Standard JSON Schema extension (zod 4.2 or later).`,
    )
  }
  try {
    return input({ target })
  } catch (cause) {
    throw new KeepupError(
      'tool-invalid',
      `Tool "${tool.name}": its input schema has no JSON Schema form (${String(cause)}). Use types that JSON has, or pass \`inputJsonSchema\`.`,
      { cause },
    )
  }
}

function objectSchema(tool: Tool, schema: unknown): JsonObject {
  if (isObject(schema) && schema['type'] === 'object') return schema
  throw new KeepupError(
    'tool-invalid',
    `Tool "${tool.name}": the JSON Schema of its input is not one of an object (\`"type": "object"\`). Wrap the input into an object.`,
    { details: { schema } },
  )
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
