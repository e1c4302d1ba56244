import { type StandardSchemaV1, type Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { expect, test } from 'vitest'
import { z } from 'zod'

import { createToolRegistry } from '../src/index.ts'

function tool(name: string, change: Partial<Tool> = {}): Tool {
  return {
    name,
    description: `Does ${name}`,
    input: jsonSchema({ type: 'object' }),
    repeat: 'safe',
    effects: () => [],
    run: async () => ({ content: [] }),
    ...change,
  }
}

const silentSchema: StandardSchemaV1<unknown, unknown> = {
  '~standard': { version: 1, vendor: 'silent', validate: (value) => ({ value }) },
}

test('definitions are sorted by name and stay the same array', () => {
  const registry = createToolRegistry([tool('b'), tool('C'), tool('a')])
  expect(registry.definitions().map(({ name }) => name)).toEqual(['C', 'a', 'b'])
  expect(registry.definitions()).toBe(registry.definitions())
  expect(registry.tools.map(({ name }) => name)).toEqual(['C', 'a', 'b'])
})

test('definitions are narrowed once per policy', () => {
  const registry = createToolRegistry([tool('a'), tool('b')])
  const asked: string[] = []
  const policy = (name: string): boolean => {
    asked.push(name)
    return name === 'b'
  }
  expect(registry.definitions(policy).map(({ name }) => name)).toEqual(['b'])
  expect(registry.definitions(policy)).toBe(registry.definitions(policy))
  expect(asked).toEqual(['a', 'b'])
  expect(registry.definitions(() => true)).toHaveLength(2)
})

test('a tool is found by its name, or by the same name in other case', () => {
  const registry = createToolRegistry([tool('Read')])
  expect(registry.get('Read')?.name).toBe('Read')
  expect(registry.get('READ')?.name).toBe('Read')
  expect(registry.get('constructor')).toBeUndefined()
})

const pin = (change: Partial<Tool>): string | undefined =>
  createToolRegistry([tool('a', change)]).registered('a')?.pin

test('the pin changes with every declaration and with nothing else', () => {
  const pins = [
    pin({}),
    pin({ description: 'Does something else' }),
    pin({ repeat: 'once' }),
    pin({ sinks: { '/to': 'recipient' } }),
    pin({ produces: { default: 'structured' } }),
    pin({ inputJsonSchema: { type: 'object', properties: {} } }),
    pin({ timeout: 5 }),
  ]
  expect(new Set(pins).size).toBe(pins.length)
  expect(pin({})).toBe(pins[0])
})

test.each<[string, Partial<Tool>, RegExp]>([
  ['an empty name', { name: '' }, /1 to 64/],
  ['a name with a dot', { name: 'a.b' }, /Rename/],
  ['a long name', { name: 'x'.repeat(65) }, /1 to 64/],
  ['no description', { description: ' ' }, /description/],
  ['no schema', { input: {} as Tool['input'] }, /Standard Schema/],
  ['an unknown repeat', { repeat: 'sometimes' as 'once' }, /"sometimes".*"once" is right/],
  ['no effects', { effects: undefined as unknown as Tool['effects'] }, /effects/],
  ['no run', { run: undefined as unknown as Tool['run'] }, /run/],
  ['a timeout of nothing', { timeout: 0 }, /timeout/],
  ['a sink that is no pointer', { sinks: { to: 'recipient' } }, /JSON Pointer/],
  [
    'a leaf that is no pointer',
    { produces: { default: 'structured', leaves: { '/~2': 'vendor' } } },
    /Pointer/,
  ],
  ['an unknown integrity', { produces: { default: 'gold' as 'trusted' } }, /gold/],
  ['a schema that tells nothing', { input: silentSchema }, /inputJsonSchema.*zod/],
  [
    'a schema that is null',
    { input: { ...jsonSchema({}), jsonSchema: null } as unknown as Tool['input'] },
    /object/,
  ],
  ['a schema of no object', { input: jsonSchema({ type: 'string' }) }, /object/],
  ['a type that JSON has not', { input: z.object({ at: z.date() }) }, /inputJsonSchema/],
])('%s is refused with the fix', (_, change, message) => {
  const build = (): unknown => createToolRegistry([tool('a', change)])
  expect(build).toThrow(message)
  expect(build).toThrow(expect.objectContaining({ code: 'tool-invalid' }))
})

test.each([
  ['read', 'read', /Two tools are called "read"/],
  ['read', 'Read', /case alone/],
])('%s beside %s is refused', (first, second, message) => {
  expect(() => createToolRegistry([tool(first), tool(second)])).toThrow(message)
})

test('the JSON Schema comes from the tool, from core, or from the Standard JSON Schema extension', () => {
  const registry = createToolRegistry([
    tool('a', { input: silentSchema, inputJsonSchema: { type: 'object', title: 'own' } }),
    tool('b', { input: jsonSchema({ type: 'object', title: 'core' }) }),
    tool('c', { input: z.object({ path: z.string() }) }),
  ])
  expect(registry.definitions().map(({ input }) => input)).toEqual([
    { type: 'object', title: 'own' },
    { type: 'object', title: 'core' },
    { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  ])
})
