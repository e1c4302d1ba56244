import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import type { JsonObject } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { presets } from '@keepup/mcp-security/defence'
import { expect, test } from 'vitest'

import { runInProcess } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function printed(name: string): Promise<JsonObject> {
  const { code, stdout } = await runInProcess(['schema', name], { home: temporaryFolder() })
  expect([name, code]).toEqual([name, 0])
  return JSON.parse(stdout) as JsonObject // the program prints nothing else
}

function takes(schema: JsonObject, value: unknown): boolean {
  const result = jsonSchema(schema)['~standard'].validate(value)
  return !(result instanceof Promise) && result.issues === undefined
}

const $schema = './somewhere.schema.json'

/** For each kind of file one that is right, and one that is not. */
const files: Readonly<Record<string, readonly [right: object, wrong: object]>> = {
  agent: [
    { $schema, name: 'reviewer', tools: ['read'] },
    { name: 'reviewer', toolz: [] },
  ],
  graph: [
    {
      $schema,
      keepup: 'graph/1',
      name: 'short',
      nodes: { a: { kind: 'prompt', prompt: 'Hello' } },
      edges: [
        { from: 'start', to: 'a' },
        { from: 'a', to: 'end' },
      ],
    },
    { keepup: 'graph/2', name: 'short' },
  ],
  role: [
    { $schema, name: 'reviewer', mode: 'ask' },
    { name: 'reviewer', mode: 'always' },
  ],
  sop: [
    { $schema, id: 'fix', version: 1, initial: 'do', phases: { do: { final: true } } },
    { id: 'fix', version: 0, initial: 'do', phases: {} },
  ],
  defence: [
    { $schema, ...presets.balanced },
    { ...presets.balanced, onFinding: 'shrug' },
  ],
  settings: [{ $schema, mode: 'ask', limits: { turns: 5, time: '10m' } }, { mode: 'aks' }],
}

test.each(Object.entries(files))(
  'the schema of %s takes what is right and refuses what is not',
  async (name, [right, wrong]) => {
    const schema = await printed(name)
    expect(schema['$schema']).toBe('https://json-schema.org/draft/2020-12/schema')
    expect([takes(schema, right), takes(schema, wrong)]).toEqual([true, false])
  },
)

test('what a schema takes, its reader takes: a procedure, a role and settings that name their schema', async () => {
  const home = temporaryFolder()
  writeFileSync(join(home, 'keepup.json'), JSON.stringify(files['settings']?.[0]))
  writeFileSync(join(home, 'fix.json'), JSON.stringify(files['sop']?.[0]))
  writeFileSync(join(home, 'graph.json'), JSON.stringify(files['graph']?.[0]))
  const graph = await runInProcess(['graph', 'check', 'graph.json'], { home })
  expect(graph.stdout).toContain('nothing is wrong')
  const sop = await runInProcess(['sop', 'check', 'fix.json'], { home })
  expect([sop.code, sop.stderr]).toEqual([0, ''])
  const settings = await runInProcess(['config', 'explain'], { home })
  expect([settings.code, settings.stderr]).toEqual([0, ''])
})

test('the list of schemas names each, and a name that is none is told', async () => {
  const home = temporaryFolder()
  const { stdout } = await runInProcess(['schema'], { home })
  for (const name of [...Object.keys(files), 'commands']) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'))
  expect(await runInProcess(['schema', 'toString'], { home })).toMatchObject({ code: 2 })
  const wrong = await runInProcess(['schema', 'rolle'], { home })
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    'error: there is no schema "rolle"\nfix: did you mean role?\n',
  ])
})

test('the table of commands holds every flag of a run, and whatever a parser needs to know', async () => {
  const { stdout } = await runInProcess(['schema', 'commands'], { home: temporaryFolder() })
  const rows = JSON.parse(stdout) as readonly JsonObject[] // as above
  expect(rows.find(({ words }) => words === 'run')).toMatchObject({
    usage: ['keepup run [flags] prompt...'],
    arguments: [{ name: 'prompt', repeatable: true }],
    flags: expect.arrayContaining([
      { name: 'model', alias: 'm', brief: expect.stringContaining('provider/name'), placeholder: 'model' },
      { name: 'json', brief: 'Print every event as a line of JSON' },
    ]) as unknown,
  })
  expect(rows.find(({ words }) => words === 'rewind')).toMatchObject({
    flags: expect.arrayContaining([expect.objectContaining({ name: 'to', required: true })]) as unknown,
  })
})
