import type { JsonValue } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { createToolCoordinator, defineTool } from '../src/index.ts'
import { callOf, settled, situationOf, textOf } from './fake-call.ts'
import { lookTool, schema } from './look-tool.ts'

async function inputOf(input: JsonValue, invalid?: string): Promise<JsonValue> {
  const coordinator = createToolCoordinator({ registry: [lookTool()] })
  const prepared = await coordinator.prepare(callOf('look', input, invalid), situationOf())
  if (prepared.type !== 'ready') throw new Error(textOf(settled(prepared)))
  return prepared.input
}

test.each<[string, string, JsonValue]>([
  ['a trailing comma', '{"path": "a", "tags": ["b",],}', { path: 'a', tags: ['b'] }],
  ['single quotes', `{'path': 'say "hi"'}`, { path: 'say "hi"' }],
  ['line breaks in a string', '{"path": "a\nb\tc"}', { path: 'a\nb\tc' }],
  ['missing closing brackets', '{"path": "a", "tags": ["b", "c"', { path: 'a', tags: ['b', 'c'] }],
  ['a code fence', '```json\n{"path": "a"}\n```', { path: 'a' }],
  ['bare keys and Python words', '{path: "a", deep: True}', { path: 'a', deep: true }],
  ['escapes', '{"path": "\\u00fc\\n\\"\\\\", }', { path: 'ü\n"\\' }],
  ['JSON in a string', String.raw`"{\"path\": \"a\"}"`, { path: 'a' }],
])('%s in the text is repaired', async (_, text, expected) => {
  expect(await inputOf(null, text)).toEqual(expected)
})

test.each<[string, JsonValue, JsonValue]>([
  ['a number as text', { path: 'a', limit: '5' }, { path: 'a', limit: 5 }],
  ['a truth value as text', { path: 'a', deep: 'true' }, { path: 'a', deep: true }],
  ['a single value for a list', { path: 'a', tags: 'b' }, { path: 'a', tags: ['b'] }],
  ['a list as text', { path: 'a', tags: '["b","c"]' }, { path: 'a', tags: ['b', 'c'] }],
  ['a list of numbers as text', { path: 'a', sizes: ['1', '2.5'] }, { path: 'a', sizes: [1, 2.5] }],
  ['an object as text', { path: 'a', filter: '{"by": null}' }, { path: 'a', filter: { by: null } }],
  ['null for an optional field', { path: 'a', limit: null, note: null }, { path: 'a', note: null }],
  ['the whole input as text', '{"path": "a", "limit": "3"}', { path: 'a', limit: 3 }],
])('%s becomes what the schema wants', async (_, input, expected) => {
  expect(await inputOf(input)).toEqual(expected)
})

test('an input that fits is never changed, whatever it looks like', async () => {
  const input = { path: '5', note: 'true', tags: ['["x"]'] }
  expect(await inputOf(input)).toBe(input)
})

test.each([
  ['a string that the end cuts', '{"path": "half a fi'],
  ['a number that the end cuts', '{"path": "a", "limit": 1'],
  ['two values', '{"path": "a"} {"path": "b"}'],
  ['a quote that ends too early', `{'path': 'it's'}`],
  ['an endless nesting', '['.repeat(100_000)],
  ['plain text', 'I would rather not'],
  ['a bad escape', String.raw`{"path": "\x"}`],
])('%s is not guessed at', async (_, text) => {
  const coordinator = createToolCoordinator({ registry: [lookTool()] })
  const refused = settled(await coordinator.prepare(callOf('look', null, text), situationOf()))
  expect(refused.outcome).toMatchObject({ type: 'failed', code: 'tool-input-invalid' })
  expect(textOf(refused)).toContain('Nothing was done')
})

test('no text at all stands for no arguments', async () => {
  const bare = lookTool({ input: jsonSchema({ type: 'object' }) })
  const coordinator = createToolCoordinator({ registry: [bare] })
  for (const call of [callOf('look', null, ' '), callOf('look', null), callOf('look', '')]) {
    expect(await coordinator.prepare(call, situationOf())).toMatchObject({ type: 'ready', input: {} })
  }
})

test('what still does not fit is told field by field', async () => {
  const coordinator = createToolCoordinator({ registry: [lookTool()] })
  const input = { limit: 'many', tags: ['a', { b: 1 }], colour: 'red' }
  const refused = settled(await coordinator.prepare(callOf('look', input), situationOf()))
  const text = textOf(refused)
  expect(refused.outcome).toMatchObject({ type: 'failed', code: 'tool-input-invalid' })
  expect(text).toContain('- /path is missing; expected string (Where to look)')
  expect(text).toContain('- /limit: given "many"; expected integer, at least 1')
  expect(text).toContain('- /tags/1: given {"b":1}; expected string')
  expect(text).toContain('- /colour: given "red"; expected nothing of that name')
})

test('zod says the same', async () => {
  const input = z.object({ path: z.string(), limit: z.int().min(1) }).strict()
  const tool = defineTool({ ...lookTool(), input, effects: () => [], run: async () => 'x' })
  const coordinator = createToolCoordinator({ registry: [tool] })
  const text = textOf(settled(await coordinator.prepare(callOf('look', { limit: 0 }), situationOf())))
  expect(text).toContain('/path is missing; expected string')
  expect(await coordinator.prepare(callOf('look', { path: 'a', limit: '3' }), situationOf())).toMatchObject({
    type: 'ready',
    input: { path: 'a', limit: 3 },
  })
})

test('a schema that throws or rejects is a typed failure', async () => {
  const throwing = { ...schema['~standard'], validate: () => Promise.reject(new Error('broken schema')) }
  const tool = lookTool({ input: { ...schema, '~standard': throwing } })
  const coordinator = createToolCoordinator({ registry: [tool] })
  const refused = settled(await coordinator.prepare(callOf('look', { path: 'a' }), situationOf()))
  expect(textOf(refused)).toContain('broken schema')
})

test('an input that is nested without end is refused, not a crash', async () => {
  let nested: JsonValue = 'x'
  for (let depth = 0; depth < 50_000; depth++) nested = [nested]
  const tool = lookTool({ input: jsonSchema({ type: 'object' }) })
  const coordinator = createToolCoordinator({ registry: [tool] })
  expect(settled(await coordinator.prepare(callOf('look', { nested }), situationOf())).outcome.type).toBe(
    'failed',
  )
})

test('a run that was interrupted prepares nothing', async () => {
  const coordinator = createToolCoordinator({ registry: [lookTool()] })
  const situation = situationOf('yolo', { signal: AbortSignal.abort() })
  expect(settled(await coordinator.prepare(callOf('look', { path: 'a' }), situation)).outcome).toMatchObject({
    code: 'interrupted',
  })
})
