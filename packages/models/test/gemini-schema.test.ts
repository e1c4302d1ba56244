import type { JsonObject } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { gemini } from '../src/index.ts'
import { collect, loopback, never, requestOf } from './loopback.ts'

describe('the schema that Gemini is given', () => {
  async function parametersOf(input: JsonObject): Promise<unknown> {
    await using server = await loopback((response) => void response.writeHead(400).end('{}'))
    const model = gemini({ baseUrl: server.url, model: 'gemini-3-pro' })
    await collect(model.stream(requestOf({ tools: [{ name: 'x', description: 'X', input }] }), never()))
    const google = server.received[0]?.body ?? {}
    const [declared] = Array.isArray(google['tools']) ? google['tools'] : []
    return declared?.functionDeclarations[0].parameters
  }
  const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
    type: 'object',
    properties,
    ...more,
  })

  test.each<[string, JsonObject, unknown]>([
    ['without properties', object({}), undefined],
    [
      'with members that it does not know',
      object(
        { a: { type: 'string', examples: ['x'], default: 'y', pattern: '^a' } },
        { $schema: 'x', additionalProperties: false },
      ),
      object({ a: { type: 'string', pattern: '^a' } }),
    ],
    [
      'with required members that exist and one that does not',
      object({ a: { type: 'string' } }, { required: ['a', 'b'] }),
      object({ a: { type: 'string' } }, { required: ['a'] }),
    ],
    [
      'with a nullable type',
      object({ a: { type: ['string', 'null'] } }),
      object({ a: { type: 'string', nullable: true } }),
    ],
    [
      'with several types',
      object({ a: { type: ['string', 'number'] } }),
      object({ a: { anyOf: [{ type: 'string' }, { type: 'number' }] } }),
    ],
    ['with a constant', object({ a: { const: 'x' } }), object({ a: { type: 'string', enum: ['x'] } })],
    [
      'with numbers to choose from',
      object({ a: { type: 'integer', enum: [1, 2] } }),
      object({ a: { type: 'integer' } }),
    ],
    [
      'with oneOf and null',
      object({ a: { oneOf: [{ type: 'string' }, { type: 'null' }] } }),
      object({ a: { type: 'string', nullable: true } }),
    ],
    [
      'with anyOf',
      object({ a: { anyOf: [{ type: 'string' }, { type: 'boolean' }] } }),
      object({ a: { anyOf: [{ type: 'string' }, { type: 'boolean' }] } }),
    ],
    [
      'with allOf',
      object({
        a: {
          allOf: [object({ b: { type: 'string' } }, { required: ['b'] }), object({ c: { type: 'string' } })],
        },
      }),
      object({ a: object({ b: { type: 'string' }, c: { type: 'string' } }, { required: ['b'] }) }),
    ],
    [
      'with a list without items',
      object({ a: { type: 'array' } }),
      object({ a: { type: 'array', items: {} } }),
    ],
    [
      'with a format that it does not know',
      object({ a: { type: 'string', format: 'uri' }, b: { type: 'string', format: 'date-time' } }),
      object({ a: { type: 'string' }, b: { type: 'string', format: 'date-time' } }),
    ],
    [
      'with references',
      object({ a: { $ref: '#/$defs/A~1B' } }, { $defs: { 'A/B': object({ n: { type: 'number' } }) } }),
      object({ a: object({ n: { type: 'number' } }) }),
    ],
    [
      'that refers to itself',
      object({ a: { $ref: '#/$defs/T' } }, { $defs: { T: object({ next: { $ref: '#/$defs/T' } }) } }),
      object({ a: object({ next: { type: 'object' } }) }),
    ],
  ])('%s', async (_, input, expected) => {
    expect(await parametersOf(input)).toEqual(expected)
  })
})
