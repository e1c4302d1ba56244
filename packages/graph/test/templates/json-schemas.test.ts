import { readFileSync } from 'node:fs'

import type { JsonObject } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { describe, expect, it } from 'vitest'

import { agentJsonSchema, templateJsonSchema } from '../../src/templates/index.ts'
import { short } from './run-template.ts'
import { straight } from './straight.ts'

function published(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(`../../schema/${name}`, import.meta.url), 'utf8')) as JsonObject // a file of ours
}

describe('the published JSON Schemas', () => {
  it('are what the code says; write-schemas.ts writes them anew', () => {
    expect(published('template.schema.json')).toEqual(templateJsonSchema())
    expect(published('agent.schema.json')).toEqual(agentJsonSchema())
  })

  it('take what a template may be, and nothing else', () => {
    const schema = jsonSchema(published('template.schema.json'))
    const isValid = (value: unknown): boolean => {
      const result = schema['~standard'].validate(value)
      return !(result instanceof Promise) && result.issues === undefined
    }
    const good = short({
      channels: { out: { reducer: 'append' } },
      nodes: {
        ask: { kind: 'wait', for: 'person', question: 'Well?', within: '2d', update: 'out' },
        each: { kind: 'map', over: '[1]', do: { kind: 'prompt', prompt: '{{ item }}' } },
      },
      edges: straight('ask', 'each'),
      graphs: { inner: short({ nodes: { a: { kind: 'set', update: {} } }, edges: straight('a') }) },
    })
    expect(isValid(good)).toBe(true)
    expect(isValid({ ...good, nodes: { ask: { kind: 'wait', for: 'person' } } })).toBe(false)
    expect(isValid({ ...good, nodes: { ask: { kind: 'promt' } } })).toBe(false)
    expect(isValid({ ...good, name: 'a b' })).toBe(false)
    expect(isValid({ ...good, other: 1 })).toBe(false)
  })
})
