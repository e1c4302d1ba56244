import type { JsonObject, JsonValue, StandardSchemaV1 } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { expect, test } from 'vitest'

import { createToolCoordinator } from '../src/index.ts'
import { callOf, settled, situationOf, textOf } from './fake-call.ts'
import { lookTool } from './look-tool.ts'

async function told(property: JsonObject, value: JsonValue): Promise<string> {
  const input = jsonSchema<Record<string, JsonValue>>({
    type: 'object',
    properties: { field: property },
    $defs: { mood: { enum: ['glad', 'sad'] }, self: { $ref: '#/$defs/self' } },
  })
  const coordinator = createToolCoordinator({ registry: [lookTool({ input })] })
  const refused = await coordinator.prepare(callOf('look', { field: value }), situationOf())
  return textOf(settled(refused)).split('\n')[1] ?? ''
}

test.each<[JsonObject, JsonValue, string]>([
  [{ enum: ['a', 1] }, 'b', 'one of "a", 1'],
  [{ const: 'only' }, 'b', 'one of "only"'],
  [{ $ref: '#/$defs/mood' }, 'angry', 'one of "glad", "sad"'],
  [{ type: 'array', items: { type: 'integer' } }, ['x'], 'integer'],
  [{ type: 'array', items: { type: 'integer' }, minItems: 9 }, [1], 'array of integer'],
  [{ type: ['string', 'null'], minLength: 3 }, 'ab', 'string or null, at least 3 characters'],
  [{ type: 'string', maxLength: 1 }, 'ab', 'string, at most 1 characters'],
  [{ type: 'string', pattern: '^x' }, 'ab', 'string, matching "^x"'],
  [{ type: 'number', minimum: 2, maximum: 4 }, 5, 'number, at least 2, at most 4'],
  [{ anyOf: [{ type: 'boolean' }, { type: 'integer' }] }, 'x', 'boolean or integer'],
  [
    { type: 'object', minProperties: 1, properties: { a: {}, b: {} }, required: ['a'] },
    'x',
    'object with a, b (optional)',
  ],
  [{ type: 'object', minProperties: 1 }, {}, 'object'],
  [{ not: {} }, 'x', 'another value'],
])('%j given %j is told as %s', async (property, value, expected) => {
  const line = await told(property, value)
  expect(line).toMatch(/^- \/field/)
  expect(line).toContain(`expected ${expected} (`)
})

test.each<[JsonValue, string]>([
  [{ a: null }, '/a/b is missing'],
  [{ a: 5 }, '/a/b is missing'],
  [{ a: { b: 'x'.repeat(500) } }, `/a/b: given "${'x'.repeat(99)}…`],
])('an issue anywhere is told, whatever stands there: %j', async (input, expected) => {
  const validate = (): StandardSchemaV1.Result<never> => ({
    issues: [{ path: ['a', { key: 'b' }], message: 'no' }],
  })
  const schema = {
    ...jsonSchema<never>({ type: 'object' }),
    '~standard': { version: 1, vendor: 'own', validate },
  } as const
  const coordinator = createToolCoordinator({ registry: [lookTool({ input: schema })] })
  expect(textOf(settled(await coordinator.prepare(callOf('look', input), situationOf())))).toContain(expected)
})

test('at most eight faults are told at once', async () => {
  const properties = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`f${index}`, { type: 'string' }]),
  )
  const input = jsonSchema<Record<string, JsonValue>>({
    type: 'object',
    properties,
    required: Object.keys(properties),
  })
  const coordinator = createToolCoordinator({ registry: [lookTool({ input })] })
  const text = textOf(settled(await coordinator.prepare(callOf('look', {}), situationOf())))
  expect(text.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(8)
})
