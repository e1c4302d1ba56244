import type { JsonValue } from '@keepup/core'
import { expect, test } from 'vitest'

import type { OfferedTool } from '../../src/index.ts'
import { createToolIndex } from '../../src/search/index.ts'
import { wordStems } from '../../src/search/words/word-stems.ts'
import { corpus, type Question, questions } from './corpus.ts'

const tools = corpus()
const index = createToolIndex(tools)

function recall(
  asked: readonly Question[],
  among = index,
): { readonly share: number; readonly missed: readonly string[] } {
  const missed = asked.filter(
    ({ tool, question }) => !among.search(question).some((match) => match.tool.serverName === tool),
  )
  return { share: 1 - missed.length / asked.length, missed: missed.map(({ question }) => question) }
}

test('the questions ask for every tool twice, and share no rare word with what tools say of themselves', () => {
  const asked = questions('questions.json')
  expect(asked).toHaveLength(150)
  for (const { serverName } of tools) expect(asked.filter(({ tool }) => tool === serverName)).toHaveLength(2)
  const uses = new Map<string, number>()
  for (const tool of tools) {
    const said = [tool.serverName, tool.title, tool.description, ...descriptionsIn(tool.inputSchema)]
    const stems = new Set(said.flatMap((text = '') => wordStems(text)))
    for (const stem of stems) uses.set(stem, (uses.get(stem) ?? 0) + 1)
  }
  // A word of at most 3 of 75 tools would give its tool away; the words of everyday speech do not.
  const everyday = new Set(wordStems('make show see such once now go'))
  const rare = asked.flatMap(({ question }) =>
    wordStems(question).filter(
      (stem) => /[a-z]{2}/.test(stem) && !everyday.has(stem) && [1, 2, 3].includes(uses.get(stem) ?? 0),
    ),
  )
  expect(rare).toEqual([])
})

test('of 150 questions in other words, 95 in 100 find their tool among the first five', () => {
  const { share, missed } = recall(questions('questions.json'))
  expect({ found: share >= 0.95, missed }).toMatchObject({ found: true })
})

test('questions that were written later find theirs nine times in ten', () => {
  const { share, missed } = recall(questions('later-questions.json'))
  expect({ found: share >= 0.9, missed }).toMatchObject({ found: true })
})

test('without the table of words the questions in other words find little: it is what they measure', () => {
  const bare = createToolIndex(tools, { synonyms: new Map(), implied: () => [] })
  expect(recall(questions('questions.json'), bare).share).toBeLessThan(0.6)
})

test('the name of a tool, in any spelling, finds it first', () => {
  for (const { serverName } of tools) {
    const found = index.search(serverName.replaceAll('_', ' ')).map(({ tool }) => tool.serverName)
    expect(found.slice(0, 5)).toContain(serverName)
  }
})

test('the same words give the same answer, whatever the order of the tools', () => {
  const turned = createToolIndex(tools.toReversed())
  for (const { question } of questions('questions.json').slice(0, 30)) {
    const names = index.search(question).map(({ tool }) => tool.name)
    expect(turned.search(question).map(({ tool }) => tool.name)).toEqual(names)
  }
})

test('words that fit nothing find nothing, and hostile ones do no harm', () => {
  expect(index.search('')).toEqual([])
  expect(index.search('xyzzy quux')).toEqual([])
  expect(index.search('constructor __proto__ toString hasOwnProperty')).toBeInstanceOf(Array)
  expect(index.search('\u0000(((([[[[\\\\****'.repeat(10_000))).toBeInstanceOf(Array)
  expect(index.search(`${'a'.repeat(200_000)} read file`)).toBeInstanceOf(Array)
  expect(createToolIndex<OfferedTool>([]).search('read a file')).toEqual([])
})

test('only tools of one server are found where it is named', () => {
  const found = index.search('read', { server: 'pdf', limit: 20 })
  expect(new Set(found.map(({ tool }) => tool.server))).toEqual(new Set(['pdf']))
})

test('a tool that shouts its words over and over does not come before one that is meant', () => {
  const shouting = {
    ...at('echo'),
    name: 'loud',
    serverName: 'loud',
    description: 'read file '.repeat(5_000),
  }
  const found = createToolIndex([...tools, shouting]).search('read a text file')
  expect(found[0]?.tool.serverName).toMatch(/^read_/)
})

test('schemas of any shape are read', () => {
  const deep = { type: 'object', properties: {} }
  let inner: Record<string, unknown> = deep.properties
  for (let level = 0; level < 2_000; level += 1) {
    const next = { type: 'object', properties: {} }
    inner['deeper'] = next
    inner = next.properties
  }
  const odd = [
    { type: 'object', properties: null },
    { properties: [1, 2] },
    { enum: [{ a: 1 }, 'north'] },
    deep,
  ]
  const strange = odd.map((inputSchema, place) => ({
    ...at('echo'),
    name: `odd-${place}`,
    inputSchema: inputSchema as OfferedTool['inputSchema'], // what a server may send
  }))
  expect(createToolIndex(strange).search('north')[0]?.tool.name).toBe('odd-2')
})

/** The descriptions of parameters, however deep. */
function descriptionsIn(schema: JsonValue): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'description' && typeof value === 'string' ? [value] : descriptionsIn(value),
  )
}

function at(name: string): OfferedTool {
  const found = tools.find(({ serverName }) => serverName === name)
  if (found === undefined) throw new Error(`no tool ${name}`)
  return found
}
