import { describe, expect, test } from 'vitest'

import { jsonSchema } from '../src/json-schema.ts'

const schema = jsonSchema<{ name: string; items?: number[] }>({
  type: 'object',
  properties: { name: { type: 'string' }, items: { type: 'array', items: { type: 'number' } } },
  required: ['name'],
  additionalProperties: false,
})
const validate = schema['~standard'].validate

describe('jsonSchema', () => {
  test('lets a valid value through unchanged', async () => {
    const value = { name: 'a', items: [1] }
    expect(await validate(value)).toEqual({ value })
  })

  test.each([
    ['a missing field', {}, []],
    ['a wrong type deep inside', { name: 'a', items: [1, 'two'] }, ['items', '1']],
    ['an unknown field', { name: 'a', extra: 1 }, []],
    ['no object at all', 'text', []],
  ])('refuses %s and says where', async (_, value, path) => {
    const result = await validate(value)
    expect(result.issues?.some((issue) => JSON.stringify(issue.path) === JSON.stringify(path))).toBe(true)
  })

  test('keeps the schema for whoever must be told of it', () => {
    expect(schema.jsonSchema).toMatchObject({ type: 'object' })
  })
})

test('validating leaves the schema as it was, so that it can still be stored', () => {
  const plain = { type: 'object', properties: { at: { type: 'number' } } } as const
  const before = new Set(Reflect.ownKeys(plain.properties.at))
  void jsonSchema(plain)['~standard'].validate({ at: 1 })
  expect(new Set(Reflect.ownKeys(plain.properties.at))).toEqual(before)
})

test('validating leaves the schema as it was', async () => {
  const plain = { type: 'object', properties: { a: { type: 'string' } } }
  await jsonSchema(plain)['~standard'].validate({ a: 1 })
  expect(Object.getOwnPropertyNames(plain.properties.a)).toEqual(['type'])
})
