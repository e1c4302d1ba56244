import type { JsonObject, JsonValue, Tool } from '@keepup/core'

/** A field of a tool's input. */
export interface SchemaRow {
  /** `edits[].old_text` for what lies deeper. */
  readonly field: string
  readonly type: string
  readonly required: boolean
  /** What its value must keep to. */
  readonly bounds: string
  readonly sink: string
  readonly meaning: string
}

/** The fields of an input, each after the one that holds it. */
export function schemaRows(schema: JsonObject, sinks: Tool['sinks']): readonly SchemaRow[] {
  return fieldsOf(schema, { field: '', pointer: '' }, sinks ?? {})
}

interface Place {
  readonly field: string
  readonly pointer: string
}

function fieldsOf(
  { properties, required }: JsonObject,
  { field, pointer }: Place,
  sinks: NonNullable<Tool['sinks']>,
): readonly SchemaRow[] {
  const needed = Array.isArray(required) ? required : []
  return Object.entries(objectOf(properties)).flatMap(([name, value]) => {
    const schema = objectOf(value)
    const place = { field: field === '' ? name : `${field}.${name}`, pointer: `${pointer}/${name}` }
    const row: SchemaRow = {
      field: place.field,
      type: typeOf(schema),
      required: needed.includes(name),
      bounds: boundsOf(schema),
      sink: sinkOf(place.pointer, sinks),
      meaning: typeof schema['description'] === 'string' ? schema['description'] : '',
    }
    const items = { field: `${place.field}[]`, pointer: `${place.pointer}/0` }
    return [row, ...fieldsOf(schema, place, sinks), ...fieldsOf(objectOf(schema['items']), items, sinks)]
  })
}

/** The sink of a place is that of the nearest place above it that has one. */
function sinkOf(pointer: string, sinks: NonNullable<Tool['sinks']>): string {
  if (pointer === '') return ''
  return sinks[pointer] ?? sinkOf(pointer.slice(0, pointer.lastIndexOf('/')), sinks)
}

function typeOf({ type, enum: choices, items }: JsonObject): string {
  if (Array.isArray(choices)) return choices.map((choice) => JSON.stringify(choice)).join(' or ')
  if (type === 'array') return `list of ${typeOf(objectOf(items))}`
  return typeof type === 'string' ? type : 'any'
}

const bounds: readonly (readonly [string, string])[] = [
  ['minimum', 'from'],
  ['maximum', 'up to'],
  ['minLength', 'characters from'],
  ['maxLength', 'characters up to'],
  ['minItems', 'items from'],
  ['maxItems', 'items up to'],
  ['pattern', 'as'],
]

function boundsOf(schema: JsonObject): string {
  return bounds
    .flatMap(([key, words]) => {
      const bound = schema[key]
      if (typeof bound === 'number') return [`${words} ${bound.toLocaleString('en-US')}`]
      return typeof bound === 'string' ? [`${words} \`${bound}\``] : []
    })
    .join(', ')
}

function objectOf(value: JsonValue | undefined): JsonObject {
  // A value that is no list and no primitive is an object.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}
}
