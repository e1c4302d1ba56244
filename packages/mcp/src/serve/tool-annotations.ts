import type { Effect, JsonObject, JsonValue, Tool } from '@keepup/core'

/** What a client is told of a tool beside its schema. Hints, as MCP calls them. */
export interface ToolHints {
  readonly readOnlyHint: boolean
  readonly destructiveHint: boolean
  readonly idempotentHint: boolean
  readonly openWorldHint: boolean
}

const changing: readonly Effect['kind'][] = ['write', 'delete', 'input']

/** What a tool declares, as the hints of MCP. Effects are those of a made-up input; a tool that cannot tell them of it counts as having every one. */
export function toolAnnotations(tool: Tool, schema: JsonObject): ToolHints {
  const kinds = effectKinds(tool, schema)
  const has = (kind: Effect['kind']): boolean => kinds?.includes(kind) ?? true
  const readOnly = tool.repeat === 'safe' && !changing.some(has)
  return {
    readOnlyHint: readOnly,
    destructiveHint: !readOnly && (has('delete') || has('write') || has('exec') || has('input')),
    idempotentHint: tool.repeat !== 'once',
    openWorldHint: has('net') || has('exec'),
  }
}

function effectKinds(tool: Tool, schema: JsonObject): readonly Effect['kind'][] | undefined {
  try {
    return tool.effects(example(schema)).map(({ kind }) => kind)
  } catch {
    return undefined
  }
}

/** An input of which every required field has some value of its type. */
function example(schema: JsonValue | undefined): JsonValue {
  if (!isObject(schema)) return 'example'
  const { type, enum: values, properties, required } = schema
  if (Array.isArray(values)) return values[0] ?? null
  if (type === 'number' || type === 'integer') return 1
  if (type === 'boolean') return false
  if (type === 'array') return []
  if (type !== 'object') return 'example'
  const fields = isObject(properties) ? properties : {}
  const needed = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
  return Object.fromEntries(needed.map((name) => [name, example(fields[name])]))
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
