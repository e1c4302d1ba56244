import type { JsonObject, JsonValue } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'

import type { ReducerName, TemplateChannel } from '../schema/template.ts'
import { showValue } from '../source/problem.ts'
import type { CheckContext } from './context.ts'

/** Checks channels and parameters: schemas, what they begin with, reducers, and that something uses them. */
export function checkState(context: CheckContext): void {
  const { channels = {}, parameters = {} } = context.unit.template
  for (const [name, channel] of Object.entries(channels)) {
    const path = ['channels', name]
    checkSchema(context, channel.schema, [...path, 'schema'])
    checkValue(context, channel.initial, channel.schema, [...path, 'initial'])
    checkReducer(context, channel, path)
  }
  for (const [name, parameter] of Object.entries(parameters)) {
    const path = ['parameters', name]
    checkSchema(context, parameter.schema, [...path, 'schema'])
    checkValue(context, parameter.default, parameter.schema, [...path, 'default'])
    if (name === 'input') context.note(path, 'is a name of its own', 'call it something else', { key: true })
  }
  if (Object.hasOwn(channels, 'input')) {
    context.note(['channels', 'input'], 'is a name of its own', 'call it something else', { key: true })
  }
  checkUse(context)
}

/** The schemas that a template holds besides: of prompts, answers, signals. */
export function checkNodeSchemas(context: CheckContext): void {
  for (const [name, node] of Object.entries(context.unit.template.nodes)) {
    const step = node.kind === 'map' ? node.do : node
    const path = node.kind === 'map' ? ['nodes', name, 'do'] : ['nodes', name]
    if (step.kind === 'prompt') checkSchema(context, step.schema, [...path, 'schema'])
    if (step.kind === 'wait' && step.for === 'person') checkSchema(context, step.answer, [...path, 'answer'])
    if (step.kind === 'wait' && step.for === 'signal') checkSchema(context, step.data, [...path, 'data'])
  }
}

const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

/** A schema that cannot be used, or whose types do not exist. */
function checkSchema(
  { note }: CheckContext,
  schema: JsonObject | undefined,
  path: readonly PropertyKey[],
): void {
  if (schema === undefined) return
  for (const { at, type } of typesOf(schema, path)) {
    if (!types.has(type)) note(at, `is ${showValue(type)}`, `write one of ${[...types].join(', ')}`)
  }
  try {
    void jsonSchema(schema)['~standard'].validate(null)
  } catch (error) {
    note(path, `is no JSON Schema: ${error instanceof Error ? error.message : String(error)}`, 'correct it')
  }
}

function* typesOf(
  schema: JsonValue,
  path: readonly PropertyKey[],
): Generator<{ readonly at: readonly PropertyKey[]; readonly type: string }> {
  if (typeof schema !== 'object' || schema === null) return
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'type' && !Array.isArray(schema)) {
      for (const type of [value].flat()) if (typeof type === 'string') yield { at: [...path, 'type'], type }
    } else if (byName.has(key)) {
      for (const [name, inner] of Object.entries(value ?? {})) yield* typesOf(inner, [...path, key, name])
    } else if (!values.has(key)) yield* typesOf(value, [...path, key])
  }
}

/** Keywords of schemas by name, and of values. */
const byName = new Set(['properties', '$defs', 'patternProperties'])
const values = new Set(['enum', 'const', 'default', 'examples'])

function checkValue(
  { note }: CheckContext,
  value: JsonValue | undefined,
  schema: JsonObject | undefined,
  path: readonly PropertyKey[],
): void {
  // Null is what a value is before there is any.
  if (value === undefined || value === null || schema === undefined) return
  try {
    const result = jsonSchema(schema)['~standard'].validate(value)
    if (result instanceof Promise || result.issues === undefined) return
    const [issue] = result.issues
    note(
      [...path, ...(issue?.path ?? []).map(segmentOf)],
      `does not fit its schema: ${issue?.message ?? ''}`,
      'change one of them',
    )
  } catch {
    // Told already, where the schema stands.
  }
}

function segmentOf(segment: PropertyKey | { readonly key: PropertyKey }): PropertyKey {
  return typeof segment === 'object' ? segment.key : segment
}

/** What each reducer joins. */
const joins: Readonly<Record<Exclude<ReducerName, 'last'>, string>> = {
  append: 'array',
  'merge-by-id': 'array',
  messages: 'array',
  union: 'array',
  merge: 'object',
  sum: 'number',
}

function checkReducer(
  { note }: CheckContext,
  { reducer, schema, initial }: TemplateChannel,
  path: readonly PropertyKey[],
): void {
  if (reducer === undefined || reducer === 'last') return
  const type = schema?.['type']
  const wanted = joins[reducer]
  if (typeof type === 'string' && type !== wanted && !(wanted === 'number' && type === 'integer')) {
    note(
      [...path, 'reducer'],
      `is ${reducer}, which joins values of type ${wanted}, but the schema says ${type}`,
      'change one of them',
    )
  }
  if (initial === undefined) return
  const begins = jsonType(initial)
  if (begins !== wanted)
    note(
      [...path, 'initial'],
      `is ${showValue(initial)}`,
      `begin with ${nothings[wanted] ?? 'another value'}`,
    )
}

const nothings: Readonly<Record<string, string>> = { array: '[]', object: '{}', number: '0' }

function jsonType(value: JsonValue): string {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value
}

/** Channels and parameters that nothing speaks of are mostly misspelt somewhere. */
function checkUse({ note, unit: { template } }: CheckContext): void {
  const { channels = {}, parameters = {}, output } = template
  const text = JSON.stringify([template.nodes, template.edges, output ?? null])
  if (output !== undefined) {
    for (const name of Object.keys(channels)) {
      if (new RegExp(`\\b${name}\\b`).test(text)) continue
      note(['channels', name], 'is used by nothing', 'use it, or remove it', {
        severity: 'warning',
        key: true,
      })
    }
  }
  for (const name of Object.keys(parameters)) {
    if (new RegExp(`\\binput\\b[^]*\\b${name}\\b`).test(text)) continue
    note(['parameters', name], 'is used by nothing', 'use it, or remove it', {
      severity: 'warning',
      key: true,
    })
  }
}
