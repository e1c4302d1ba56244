import type { JsonObject, JsonValue } from '@keepup/core'

import { isJsonObject } from './is-json-object.ts'
import { isPlainKey, isPlainValue } from './plain-value.ts'

/** A schema without a word of its server, and the words that were in it. */
export interface ShownSchema {
  readonly schema: JsonObject
  /** A line each, with the place: for a marked span. */
  readonly words: readonly string[]
}

/** @limit In levels: what a schema holds deeper is not shown to models. */
const deepest = 16

/** What the value of a keyword of JSON Schema is (2020-12, and drafts before it). */
type Nature = 'schemas-by-name' | 'schemas' | 'number' | 'value' | 'reference' | 'pattern' | 'prose'

const keywords: Readonly<Record<Nature, string>> = {
  'schemas-by-name': 'properties patternProperties $defs definitions dependentSchemas',
  schemas:
    'items contains additionalProperties unevaluatedProperties unevaluatedItems not if then else propertyNames additionalItems prefixItems anyOf oneOf allOf',
  number:
    'minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains uniqueItems nullable readOnly writeOnly',
  value: 'enum const default type format contentEncoding contentMediaType',
  reference: '$ref',
  pattern: 'pattern',
  prose: 'title description $comment examples example deprecated',
}

const natures = new Map(
  Object.entries(keywords).flatMap(([nature, names]) =>
    // Object.entries forgets which keys a record has.
    names.split(' ').map((name) => [name, nature as Nature] as const),
  ),
)

/**
 * What models are shown of a schema: its structure, with values that are tokens. All text in it, wherever it stands, is told apart from it, and keywords that are none
 * of JSON Schema are left out. The server checks the arguments by the schema that it has.
 */
export function showSchema(schema: JsonObject): ShownSchema {
  const words: string[] = []
  const shown = show(schema, [], words)
  return { schema: shown, words }
}

type Path = readonly string[]

function show(schema: JsonObject, path: Path, words: string[]): JsonObject {
  if (path.length > deepest) return {}
  const entries = Object.entries(schema).flatMap(
    ([key, value]): readonly (readonly [string, JsonValue])[] => {
      const kept = keep(key, value, path, words)
      return kept === undefined ? [] : [[key, kept]]
    },
  )
  const shown: JsonObject = Object.fromEntries(entries)
  return 'required' in schema ? { ...shown, ...requiredOf(schema, shown) } : shown
}

function keep(key: string, value: JsonValue, path: Path, words: string[]): JsonValue | undefined {
  const nature = natures.get(key)
  if (nature === undefined) return undefined
  if (nature === 'schemas-by-name') return isJsonObject(value) ? showMap(key, value, path, words) : undefined
  if (nature === 'schemas') return showInner(value, path, words)
  if (isKept[nature](value)) return value
  if (mayHoldWords.has(nature)) tell(key === 'description' ? '' : key, value, path, words)
  return undefined
}

const isKept: Readonly<
  Record<Exclude<Nature, 'schemas-by-name' | 'schemas'>, (value: JsonValue) => boolean>
> = {
  number: (value) => typeof value === 'number' || typeof value === 'boolean',
  value: isPlainValue,
  reference: (value) => typeof value === 'string' && isInside(value),
  // It is for the server to evaluate.
  pattern: (value) => typeof value === 'string' && isBounded(value),
  prose: () => false,
}

/** What is left out of a schema, but told. */
const mayHoldWords = new Set<Nature>(['value', 'pattern', 'prose'])

function showMap(key: string, map: JsonObject, path: Path, words: string[]): JsonObject {
  const isNamed = key !== 'patternProperties'
  const entries = Object.entries(map)
    .filter(([name]) => (isNamed ? isPlainKey(name) : isBounded(name)))
    .map(([name, each]) => {
      const inside = key === 'properties' ? [...path, name] : [...path, key, name]
      return [name, isJsonObject(each) ? show(each, inside, words) : each !== false] as const
    })
  return Object.fromEntries(entries)
}

function showInner(value: JsonValue, path: Path, words: string[]): JsonValue | undefined {
  if (typeof value === 'boolean') return value
  if (Array.isArray(value)) {
    return value.map((each) => (isJsonObject(each) ? show(each, [...path, ''], words) : each !== false))
  }
  return isJsonObject(value) ? show(value, [...path, ''], words) : undefined
}

/** Short, without groups, so that no repetition is within another, and without room for words. */
function isBounded(pattern: string): boolean {
  const isShort = pattern.length <= 100 && !/[A-Za-z]{13,}/.test(pattern)
  return isShort && /^[!-'*-~]*$/.test(pattern) && (pattern.match(/[*+{]/g) ?? []).length <= 3
}

function isInside(reference: string): boolean {
  return (
    reference.startsWith('#') && reference.length <= 200 && reference.slice(1).split('/').every(isInsideStep)
  )
}

function isInsideStep(step: string): boolean {
  return step === '' || isPlainKey(step)
}

/** What is required must be there: a name that stands nowhere else is a message. */
function requiredOf({ required }: JsonObject, { properties }: JsonObject): JsonObject {
  if (!Array.isArray(required) || !isJsonObject(properties)) return {}
  const known = required.filter((name) => typeof name === 'string' && Object.hasOwn(properties, name))
  return known.length === 0 ? {} : { required: known }
}

function tell(what: string, value: JsonValue, path: Path, words: string[]): void {
  const text = typeof value === 'string' ? value.trim() : JSON.stringify(value)
  const where = path.filter((step) => step !== '').join('.')
  const begin = [where, what].filter((part) => part !== '').join(' ')
  if (text !== '') words.push(begin === '' ? text : `${begin}: ${text}`)
}
