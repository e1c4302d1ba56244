import type { JsonObject, JsonValue, Policy, Tool } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { expect, test } from 'vitest'

import { createToolCoordinator, createToolRegistry } from '../src/index.ts'
import { callOf, contextOf, settled, situationOf, textOf } from './fake-call.ts'

const seen: JsonValue[] = []

const far: Tool<{ readonly path: string }> = {
  name: 'far',
  description: 'Writes far away.',
  input: jsonSchema({
    type: 'object',
    properties: { path: { type: 'string' } },
    required: ['path'],
    additionalProperties: false,
  }),
  repeat: 'idempotent',
  effects: ({ path }) => [{ kind: 'write', target: path }],
  produces: { default: 'structured' },
  async run(input) {
    seen.push({ ...input })
    return { content: [{ type: 'text', text: `wrote ${input.path}` }] }
  },
}

interface Around {
  readonly name: string
  readonly arguments: JsonObject
}

const stand: Tool<Around> = {
  name: 'stand',
  description: 'Calls a tool by its name.',
  input: jsonSchema({
    type: 'object',
    properties: { name: { type: 'string' }, arguments: { type: 'object' } },
    required: ['name', 'arguments'],
  }),
  repeat: 'once',
  effects: () => [],
  standsFor: ({ name, arguments: input }) =>
    name === 'far' ? { tool: far, input, around: (other) => ({ name, arguments: other }) } : undefined,
  run: async () => ({ content: [{ type: 'text', text: 'itself' }] }),
}

const denyFar: Policy = ({ tool }) =>
  tool.name === 'far' ? { type: 'deny', reason: 'not far' } : { type: 'allow' }

test('the other tool is what policies see, what is validated, run and labelled; the call that was made is what is told', async () => {
  const coordinator = createToolCoordinator({ registry: [stand] })
  const input = { name: 'far', arguments: { path: 'a' } }
  const prepared = await coordinator.prepare(callOf('stand', input), situationOf())
  expect(prepared).toMatchObject({
    type: 'ready',
    repeat: 'idempotent',
    effects: [{ kind: 'write', target: 'a' }],
  })
  if (prepared.type !== 'ready') return
  expect(prepared.input).toBe(input)
  const finished = await prepared.run(contextOf())
  expect(textOf(finished)).toBe('wrote a')
  expect(seen.at(-1)).toEqual({ path: 'a' })
  expect(finished.labels.default).toMatchObject({ integrity: 'structured', sources: ['tool:far'] })
})

test('a rule about the other tool holds for it here too, and so does a list of tools', async () => {
  const coordinator = createToolCoordinator({ registry: [stand], policies: [denyFar] })
  const call = callOf('stand', { name: 'far', arguments: { path: 'b' } })
  expect(textOf(settled(await coordinator.prepare(call, situationOf())))).toBe('not far')
  const narrowed = situationOf('yolo', { toolPolicy: (name) => name === 'stand' })
  const free = createToolCoordinator({ registry: [stand] })
  expect(textOf(settled(await free.prepare(call, narrowed)))).toContain('"far" may not be used now')
})

test('an input that does not fit the other tool is told, and nothing is run', async () => {
  const coordinator = createToolCoordinator({ registry: [stand] })
  const before = seen.length
  const call = callOf('stand', { name: 'far', arguments: { wrong: 1 } })
  expect(textOf(settled(await coordinator.prepare(call, situationOf())))).toContain('path')
  expect(seen).toHaveLength(before)
})

test('a hook sees the other tool; what it rewrites is run, and told around it', async () => {
  const told: unknown[] = []
  const coordinator = createToolCoordinator({
    registry: [stand],
    hooks: {
      listens: (type) => type === 'tool-requested',
      async run(event) {
        told.push('call' in event ? event.call.name : event)
        return { input: { path: 'c' } }
      },
    },
  })
  const call = callOf('stand', { name: 'far', arguments: { path: 'b' } })
  const prepared = await coordinator.prepare(call, situationOf())
  expect(told).toEqual(['far'])
  expect(prepared).toMatchObject({ type: 'ready', input: { name: 'far', arguments: { path: 'c' } } })
})

test('a question is about the other tool, under a digest of its own', async () => {
  const coordinator = createToolCoordinator({ registry: [stand] })
  const ask = async (path: string) => {
    const prepared = await coordinator.prepare(
      callOf('stand', { name: 'far', arguments: { path } }),
      situationOf('ask'),
    )
    return prepared.type === 'ask' ? prepared.ready.digest : undefined
  }
  expect(await ask('a')).toMatch(/^[0-9a-f]{64}$/)
  expect(await ask('a')).toBe(await ask('a'))
  expect(await ask('a')).not.toBe(await ask('b'))
})

test('a call that stands for none is its own', async () => {
  const coordinator = createToolCoordinator({ registry: [stand] })
  const prepared = await coordinator.prepare(
    callOf('stand', { name: 'no', arguments: {} }),
    situationOf('yolo'),
  )
  if (prepared.type !== 'ready') throw new Error('not ready')
  expect(textOf(await prepared.run(contextOf()))).toBe('itself')
})

test('a tool that is not listed is not told of, but run when it is called', async () => {
  const registry = createToolRegistry([stand, { ...far, unlisted: true }])
  expect(registry.definitions().map(({ name }) => name)).toEqual(['stand'])
  const coordinator = createToolCoordinator({ registry })
  const prepared = await coordinator.prepare(callOf('far', { path: 'd' }), situationOf())
  expect(prepared.type).toBe('ready')
})
