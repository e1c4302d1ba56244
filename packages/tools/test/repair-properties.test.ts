import type { JsonValue } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import fc from 'fast-check'
import { expect, test } from 'vitest'

import { createToolCoordinator } from '../src/index.ts'
import { callOf, situationOf } from './fake-call.ts'
import { lookTool } from './look-tool.ts'

const open = createToolCoordinator({ registry: [lookTool({ input: jsonSchema({ type: 'object' }) })] })

async function repaired(text: string): Promise<JsonValue | undefined> {
  const prepared = await open.prepare(callOf('look', null, text), situationOf())
  return prepared.type === 'ready' ? prepared.input : undefined
}

const members = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), {
  maxKeys: 5,
  noNullPrototype: true,
})

test('JSON is its own repair', async () => {
  const body = async (value: object): Promise<void> => {
    // JSON has no negative zero.
    const plain = JSON.parse(JSON.stringify(value)) as JsonValue
    expect(await repaired(JSON.stringify(value, null, 1))).toEqual(plain)
    expect(await repaired(`\`\`\`json\n${JSON.stringify(value)}\n\`\`\``)).toEqual(plain)
  }
  await fc.assert(fc.asyncProperty(members, body), { numRuns: 200 })
})

test('text that was cut anywhere never becomes half a value', async () => {
  const strings = fc.string({ minLength: 1, unit: 'binary' })
  const body = async (path: string, content: string, limit: number): Promise<void> => {
    const whole = JSON.stringify({ path, content, limit, flags: [path, limit] })
    for (let end = 0; end < whole.length; end++) {
      const cut = await repaired(whole.slice(0, end))
      for (const [key, value] of Object.entries(cut ?? {})) {
        if (key === 'flags') expect([path, limit].slice(0, value.length)).toEqual(value)
        else expect(value).toBe(new Map<string, unknown>(Object.entries({ path, content, limit })).get(key))
      }
    }
  }
  await fc.assert(fc.asyncProperty(strings, strings, fc.integer(), body), { numRuns: 60 })
})

test('no text makes prepare reject', async () => {
  const pieces = fc.array(
    fc.constantFrom('{', '}', '[', ']', '"', "'", ':', ',', '\\', 'a', '1', '-', ' ', '\n', 'true'),
  )
  const body = async (parts: readonly string[]): Promise<void> => {
    const prepared = await open.prepare(callOf('look', null, parts.join('')), situationOf())
    expect(['ready', 'refused']).toContain(prepared.type)
  }
  await fc.assert(fc.asyncProperty(pieces, body), { numRuns: 500 })
})
