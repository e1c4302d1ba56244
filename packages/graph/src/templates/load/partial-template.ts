import type { JsonObject, JsonValue } from '@keepup/core'
import type { z } from 'zod'

import { templateShape } from '../schema/template-shape.ts'
import { type Template, templateFormat } from '../schema/template.ts'

/** A template as far as its shape is right, and the names of the nodes that are left out. */
export interface PartialTemplate {
  readonly template: Template
  readonly broken: ReadonlySet<string>
}

/** Stands for an edge that could not be read, so that the places of the others stay what they are. */
const placeholder = { from: 'start', to: 'end' }

const lists = ['nodes', 'channels', 'parameters', 'agents', 'graphs', 'edges']

/** Leaves out what has not the shape it must have, so that the rest can be checked too. */
export function partialTemplate(value: JsonValue, issues: readonly z.core.$ZodIssue[]): PartialTemplate {
  const broken = new Set<string>()
  const wrong = new Set<string>()
  for (const { path } of issues) {
    const [field, entry] = path
    if (field === 'nodes' && entry !== undefined) broken.add(String(entry))
    if (field !== undefined)
      wrong.add(entry === undefined ? String(field) : `${String(field)}/${String(entry)}`)
  }
  const kept = isObject(value) ? keep(value, wrong) : {}
  const read = templateShape.safeParse({
    nodes: {},
    edges: [],
    ...kept,
    keepup: templateFormat,
    name: nameOf(kept),
  })
  return { template: read.success ? read.data : nothing, broken }
}

function keep(value: JsonObject, wrong: ReadonlySet<string>): JsonObject {
  const fields = Object.entries(value).filter(([field]) => !wrong.has(field))
  return Object.fromEntries(
    fields.map(([field, inner]) => [field, lists.includes(field) ? keepEntries(field, inner, wrong) : inner]),
  )
}

function keepEntries(field: string, value: JsonValue, wrong: ReadonlySet<string>): JsonValue {
  if (Array.isArray(value))
    return value.map((edge, index) => (wrong.has(`${field}/${index}`) ? placeholder : edge))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => !wrong.has(`${field}/${name}`)))
}

function nameOf({ name }: JsonObject): string {
  return typeof name === 'string' ? name : 'unnamed'
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const nothing: Template = {
  keepup: templateFormat,
  name: 'unnamed',
  nodes: {},
  edges: [{ from: 'start', to: 'end' }],
}
