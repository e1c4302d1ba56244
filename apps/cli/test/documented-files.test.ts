import type { JsonValue } from '@keepup/core'
import { jsonSchema } from '@keepup/core/json-schema'
import { readClaudeHooks } from '@keepup/hooks'
import { readDefenceFile } from '@keepup/mcp-security/defence'
import { parseJson, readRules } from '@keepup/permissions'
import { type MarkdownFile, markdownFiles } from '@keepup/repository/markdown-file'
import { readSop, sopProblemLine } from '@keepup/roles/sop'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

import { publishedSchemas } from '../src/schema/published-schemas.ts'

type Complaints = readonly string[]
type Kind = readonly [key: string, check: (value: object, text: string) => Complaints | Promise<Complaints>]

/** Kinds of files by a key that tells them apart, the most telling first; those of other programs are only parsed. */
const kinds: readonly Kind[] = [
  ['agent_servers', () => []],
  ['acp.agents', () => []],
  ['record', () => []],
  ['steps', () => []],
  [
    'rules',
    (value, text) =>
      'name' in value
        ? fits('role', value)
        : tells(() => readRules(parseJson(text, 'a document'), 'a document')),
  ],
  ['hooks', (value) => readClaudeHooks(value).warnings],
  ['extends', (value) => tells(() => readDefenceFile(value, 'a document'))],
  ['keepup', (value) => fits('graph', value)],
  [
    'phases',
    (_, text) =>
      readSop(text, 'a document')
        .problems.filter(({ severity }) => severity === 'error')
        .map(sopProblemLine),
  ],
  ['system', (value) => fits('role', value)],
  ['mode', (value) => fits('settings', value)],
  ['limits', (value) => fits('settings', value)],
]

async function fits(schema: string, value: object): Promise<Complaints> {
  const found = publishedSchemas[schema]
  if (found === undefined) throw new Error(`there is no schema ${schema}`)
  // It is an object: none of the schemas is a list.
  const validator = jsonSchema((await found.load()) as Readonly<Record<string, JsonValue>>)
  const result = await validator['~standard'].validate(value)
  return (result.issues ?? []).map(({ message }) => message)
}

function tells(read: () => unknown): Complaints {
  try {
    read()
    return []
  } catch (error) {
    return [String(error)]
  }
}

async function complaints(language: string, code: string): Promise<Complaints> {
  if (language === 'md') return complaintsAboutAgent(code)
  const value: unknown = language === 'json' ? JSON.parse(firstValue(code)) : parse(code)
  if (typeof value !== 'object' || value === null) return ['it holds no object']
  const kind = kinds.find(([key]) => key in value)
  return kind === undefined ? ['nobody knows what it is: add it to `kinds`'] : kind[1](value, code)
}

/** A block may hold lines of JSON, of which the first says what they are. */
function firstValue(code: string): string {
  const [first = ''] = code.split('\n')
  return first === '{' ? code : first
}

/** A role or an agent of a graph, whose name is its file's where it has none. */
async function complaintsAboutAgent(code: string): Promise<Complaints> {
  const [, front, system = ''] = /^---\n(.*?)^---\n(.*)$/ms.exec(code) ?? []
  const value: unknown = front === undefined ? undefined : parse(front)
  if (typeof value !== 'object' || value === null) return ['it has no front matter']
  const agent = { name: 'one', ...value, system: system.trim() }
  const [asRole, asAgent] = await Promise.all([fits('role', agent), fits('agent', agent)])
  return asRole.length === 0 || asAgent.length === 0 ? [] : [...asRole, ...asAgent]
}

function blocksOf({ path, blocks }: MarkdownFile) {
  return blocks
    .filter(({ language }) => ['json', 'yaml', 'yml', 'md'].includes(language))
    .map(({ language, code, line }) => ({ place: `${path}:${line}`, language, code }))
}

test('files in documents are what their readers and schemas take', async () => {
  const blocks = markdownFiles().flatMap(blocksOf)
  expect(blocks.length).toBeGreaterThan(10)
  const wrong = await Promise.all(
    blocks.map(async ({ place, language, code }) => {
      const told = await complaints(language, code)
      return told.map((complaint) => `${place}: ${complaint}`)
    }),
  )
  expect(wrong.flat()).toEqual([])
})

test.each([
  ['json', '{\n  "mode": "aks"\n}'],
  ['json', '{\n  "rules": [{ "decision": "maybe" }]\n}'],
  ['json', '{\n  "extends": "hardest"\n}'],
  ['yaml', 'keepup: graph/1\nname: release\nnods: {}'],
  ['yaml', 'id: fix\nversion: 1\ninitial: nowhere\nphases: { do: { final: true } }'],
  ['yaml', 'name: reviewer\nsystem: Review.\ntoolz: []'],
  ['md', '---\nname: reviewer\nmode: always\n---\n\nReview.\n'],
  ['yaml', 'something: else'],
])('%s that is wrong is noticed: %s', async (language, code) => {
  expect((await complaints(language, code)).length).toBeGreaterThan(0)
})
