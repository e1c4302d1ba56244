import type { JsonObject, JsonValue } from '@keepup/core'

/** How often a reference is followed before it counts as endless. */
const mostReferences = 16

/** The schemas of which a value must fit one: the schema itself, or the members of its `anyOf` or `oneOf`, with local references followed. Empty where anything goes. */
export function branchesOf(schema: JsonValue | undefined, root: JsonObject): readonly JsonObject[] {
  const resolved = resolve(schema, root)
  if (resolved === undefined) return []
  const alternatives = resolved['anyOf'] ?? resolved['oneOf']
  if (!Array.isArray(alternatives)) return typesOf(resolved).length > 0 ? [resolved] : []
  const branches = alternatives.map((alternative: JsonValue) => resolve(alternative, root))
  // One branch without a type accepts everything.
  if (branches.some((branch) => branch === undefined || typesOf(branch).length === 0)) return []
  return branches.filter((branch) => branch !== undefined)
}

/** The JSON types that a schema names; none where it names none. */
export function typesOf(schema: JsonObject): readonly string[] {
  const type = schema['type']
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? type.filter((item) => typeof item === 'string') : []
}

/** Whether the type of a value is one that the schema names. */
export function acceptsType(schema: JsonObject, value: JsonValue): boolean {
  const types = typesOf(schema)
  if (typeof value !== 'number') return types.includes(typeName(value))
  return types.includes('number') || (types.includes('integer') && Number.isInteger(value))
}

/** The JSON name of a value's type. */
function typeName(value: JsonValue | undefined): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** Whether a value is a JSON object, no list and not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The schema under a JSON Pointer into the values it describes, as far as `properties` and `items` tell. */
export function schemaAt(schema: JsonObject, path: readonly string[]): JsonObject | undefined {
  let current: JsonObject | undefined = schema
  for (const key of path) {
    const branches: readonly JsonObject[] = branchesOf(current, schema)
    const next: JsonObject | undefined = branches.find((branch) => memberOf(branch, key) !== undefined)
    current = next === undefined ? undefined : resolve(memberOf(next, key), schema)
    if (current === undefined) return undefined
  }
  return current
}

function memberOf(schema: JsonObject, key: string): JsonValue | undefined {
  const properties = schema['properties']
  if (isObject(properties) && Object.hasOwn(properties, key)) return properties[key]
  return /^\d+$/.test(key) ? schema['items'] : undefined
}

function resolve(schema: JsonValue | undefined, root: JsonObject): JsonObject | undefined {
  let current = schema
  for (let step = 0; step < mostReferences && isObject(current); step++) {
    const reference: JsonValue | undefined = current['$ref']
    if (typeof reference !== 'string') return current
    current = reference.startsWith('#') ? follow(reference.slice(1), root) : undefined
  }
  return undefined
}

function follow(pointer: string, root: JsonObject): JsonValue | undefined {
  let current: JsonValue | undefined = root
  for (const segment of pointer.split('/').slice(1)) {
    if (!isObject(current)) return undefined
    current = current[segment.replaceAll('~1', '/').replaceAll('~0', '~')]
  }
  return current
}
