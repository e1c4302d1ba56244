import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { type Effect, integrities, type JsonObject } from '@keepup/core'
import { repositoryRoot } from '@keepup/repository/repository-root'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'

import { documentedTools } from '../documented-tool.ts'
import { reachedDeclarations } from '../reached-declarations.ts'
import { schemaRows } from '../schema-rows.ts'
import { toolLimits } from '../tool-limits.ts'
import { arbitraryInput, objectOf } from './arbitrary-input.ts'

vi.setConfig({ testTimeout: 60_000 })

const tools = await documentedTools()

test('every file of the toolkit and of agents that makes a tool makes one of those that are documented', () => {
  const files = globSync('packages/{toolkit,agents}/src/**/*-tool.ts', { cwd: repositoryRoot })
    .toSorted()
    .filter((path) => /\): Tool\b/.test(readFileSync(join(repositoryRoot, path), 'utf8')))
  const documented = new Set(tools.map(({ made }) => made.path))
  expect(files.filter((path) => !documented.has(path))).toEqual([])
  expect([...documented].filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([])
})

test('every tool has a limit that its page tells, but the one that takes whatever fits into a call', () => {
  const unlimited = tools.filter(({ tool, definition, made, through }) => {
    const limits = toolLimits(reachedDeclarations([made, ...through]))
    const bounds = schemaRows(definition.input, tool.sinks).filter((row) => row.bounds.includes('up to'))
    return limits.length === 0 && bounds.length === 0
  })
  expect(unlimited.map(({ tool }) => tool.name)).toEqual(['write'])
})

test('no two tools share a name', () => {
  const names = tools.map(({ tool }) => tool.name.toLowerCase())
  expect(new Set(names).size).toBe(names.length)
})

const changes: ReadonlySet<Effect['kind']> = new Set(['write', 'delete', 'input'])
const kinds: ReadonlySet<Effect['kind']> = new Set(['exec', 'read', 'write', 'delete', 'net', 'input'])

describe.each(tools.map((one) => [one.tool.name, one] as const))('%s', (_, documented) => {
  const { tool, definition, samples } = documented
  const rows = schemaRows(definition.input, tool.sinks)

  test('has a short name and a description that a request can carry', () => {
    expect(tool.name).toMatch(/^[a-z][a-z_]{0,31}$/)
    expect(tool.description).toMatch(/^[A-Z].{10,}[.]$/s)
    expect(tool.description.length).toBeLessThanOrEqual(700)
    expect(JSON.stringify(definition.input).length).toBeLessThanOrEqual(2_500)
  })

  test('takes a strict object, each field of which is described, if it is no list of objects', () => {
    expect(looseObjects(definition.input)).toEqual([])
    expect(
      rows.filter(
        ({ field, type, meaning }) => meaning === '' && type !== 'list of object' && !field.includes('[]'),
      ),
    ).toEqual([])
  })

  test('refuses a field that it does not know', async () => {
    const input: JsonObject = { ...samples[0], unknown_field: true }
    expect(await tool.input['~standard'].validate(input)).toHaveProperty('issues')
  })

  test('says what each field decides, and of no field that it does not have', () => {
    expect(Object.keys(tool.sinks ?? {}).filter((pointer) => !leadsTo(definition.input, pointer))).toEqual([])
    expect(rows.filter(({ sink, type }) => sink === '' && !type.startsWith('list of object'))).toEqual([])
  })

  test('says how often it may be done, and how far its output is trusted', () => {
    expect(['safe', 'idempotent', 'once']).toContain(tool.repeat)
    expect(integrities).toContain(tool.produces?.default)
  })

  test('has samples that it would take', async () => {
    expect(samples).not.toEqual([])
    for (const sample of samples)
      expect(await tool.input['~standard'].validate(sample)).not.toHaveProperty('issues')
  })

  test('tells its effects for whatever input fits, and changes nothing where it says that it is safe', () => {
    const told = (input: JsonObject): readonly Effect[] => tool.effects(input)
    for (const sample of samples) expect(() => told(sample)).not.toThrow()
    const known = fc.property(arbitraryInput(definition.input), (value) => {
      const effects = effectsOrAll(() => told(objectOf(value)))
      const whole = effects.every(({ kind, target }) => kinds.has(kind) && typeof target === 'string')
      return whole && (tool.repeat !== 'safe' || !effects.some(({ kind }) => changes.has(kind)))
    })
    fc.assert(known, { numRuns: 100 })
  })
})

/** An exception counts as every effect: a safe tool may not throw. */
function effectsOrAll(tell: () => readonly Effect[]): readonly Effect[] {
  try {
    return tell()
  } catch {
    return [{ kind: 'write', target: '*' }]
  }
}

/** Objects of a schema, by their pointers, that would take any field. */
function looseObjects(schema: JsonObject, pointer = ''): readonly string[] {
  const own = schema['type'] === 'object' && schema['additionalProperties'] !== false ? [pointer] : []
  const members = Object.entries(objectOf(schema['properties'])).flatMap(([name, member]) =>
    looseObjects(objectOf(member), `${pointer}/${name}`),
  )
  const items = schema['items']
  return [...own, ...members, ...(items === undefined ? [] : looseObjects(objectOf(items), `${pointer}/0`))]
}

function leadsTo(schema: JsonObject, pointer: string): boolean {
  let at: JsonObject | undefined = schema
  for (const name of pointer.split('/').slice(1)) {
    const fields: JsonObject = objectOf(at['properties'])
    const next = Object.hasOwn(fields, name) ? fields[name] : at['items']
    if (next === undefined) return false
    at = objectOf(next)
  }
  return true
}

test('the checks themselves notice a sink that leads nowhere and an object that is not strict', () => {
  const loose: JsonObject = { type: 'object', properties: { a: { type: 'object', properties: {} } } }
  expect(looseObjects(loose)).toEqual(['', '/a'])
  expect(['/a', '/b', '/a/c'].map((pointer) => leadsTo(loose, pointer))).toEqual([true, false, false])
})
