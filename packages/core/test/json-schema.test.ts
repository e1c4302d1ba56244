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
