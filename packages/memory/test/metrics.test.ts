import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, it } from 'vitest'

import {
  evaluateConflicts,
  evaluateRecall,
  evaluateRules,
  findDatasets,
  gainAt,
  percentile,
  recallAt,
  reciprocalRank,
  scoreRankings,
  syntheticChats,
  syntheticDataset,
} from '../src/evaluation/index.ts'
import { createMemory } from '../src/index.ts'
import { openInFile } from './stores.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function write(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'keepup-datasets-'))
  folders.push(folder)
  for (const [name, value] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
  }
  return folder
}

const ranked = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k']

it('scores rankings as they are scored by hand', () => {
  expect(recallAt({ ranked, wanted: ['b', 'k'] }, 5)).toBe(0.5)
  expect(recallAt({ ranked, wanted: ['b', 'k'] }, 20)).toBe(1)
  expect(reciprocalRank({ ranked, wanted: ['d', 'b'] })).toBe(0.5)
  expect(reciprocalRank({ ranked, wanted: ['z'] })).toBe(0)
  // Places 2 and 4 of two: (1/log2(3) + 1/log2(5)) / (1/log2(2) + 1/log2(3)).
  expect(gainAt({ ranked, wanted: ['b', 'd'] }, 10)).toBeCloseTo((0.63093 + 0.43068) / (1 + 0.63093), 4)
  expect(gainAt({ ranked, wanted: ['a'] }, 10)).toBe(1)
  expect(gainAt({ ranked, wanted: ['k'] }, 10)).toBe(0)
  const scores = scoreRankings([
    { ranked, wanted: ['a'] },
    { ranked, wanted: ['f', 'z'] },
  ])
  expect(scores.n).toBe(2)
  expect(scores['recall@5']).toBe(0.5)
  expect(scores['recall@10']).toBe(0.75)
  expect(scores.mrr).toBeCloseTo((1 + 1 / 6) / 2, 10)
  expect(percentile([5, 1, 4, 2, 3], 0.5)).toBe(3)
  expect(percentile([5, 1, 4, 2, 3], 0.95)).toBe(5)
  expect(percentile([], 0.5)).toBeNaN()
})

it('looks no further than the hundredth place for a first hit', () => {
  const many = Array.from({ length: 150 }, (_, at) => String(at))
  expect(reciprocalRank({ ranked: many, wanted: ['99'] })).toBe(0.01)
  expect(reciprocalRank({ ranked: many, wanted: ['100'] })).toBe(0)
})

const locomo = [
  {
    sample_id: 'conv-1',
    qa: [
      { question: 'When did Ada sail?', evidence: ['D1:2'], category: 2 },
      { question: 'Typed badly?', evidence: ['D:1:02; D2:1'], category: 1 },
      { question: 'Evidence that is not there?', evidence: ['D9:9'], category: 4 },
      { question: 'No evidence?', evidence: [], category: 3 },
    ],
    conversation: {
      speaker_a: 'Ada',
      session_1_date_time: '1:56 pm on 8 May, 2023',
      session_1: [
        { speaker: 'Ben', dia_id: 'D1:1', text: 'How was it?' },
        { speaker: 'Ada', dia_id: 'D1:2', text: 'I sailed yesterday.', blip_caption: 'a photo of a boat' },
      ],
      session_2_date_time: 'nonsense',
      session_2: [{ speaker: 'Ada', dia_id: 'D2:1', text: '', blip_caption: 'a photo of a lake' }],
    },
  },
]

it('reads LoCoMo wherever it lies, once, and mends the ids that were typed badly', async () => {
  const folder = write({
    'deep/er/anything.json': locomo,
    'copy.json': locomo,
    'else.json': { x: [1] },
    'broken.json': '{',
  })
  const [dataset, ...others] = await findDatasets(folder)
  expect(others).toEqual([])
  expect(dataset?.name).toBe('locomo')
  expect(dataset?.conversations).toHaveLength(1)
  const [conversation] = dataset?.conversations ?? []
  expect(conversation?.turns.map(({ id, text, at }) => [id, text, at])).toEqual([
    ['D1:1', 'How was it?', Date.UTC(2023, 4, 8, 13, 56)],
    ['D1:2', 'I sailed yesterday.', Date.UTC(2023, 4, 8, 13, 56)],
    ['D2:1', '[a photo of a lake]', 0],
  ])
  expect(conversation?.questions).toEqual([
    { text: 'When did Ada sail?', category: 'temporal', evidence: ['D1:2'] },
    { text: 'Typed badly?', category: 'multi-hop', evidence: ['D1:2', 'D2:1'] },
  ])
})

it('reads REALTALK', async () => {
  const folder = write({
    'data/Chat_1.json': {
      name: { speaker_1: 'Ada B' },
      session_1: [
        { clean_text: 'I ran', speaker: 'Ada B', date_time: '29.12.2023, 00:51:12', dia_id: 'D1:1' },
      ],
      qa: [{ question: 'Did Ada run?', evidence: ['D1:1'], category: 1 }],
    },
  })
  const [dataset] = await findDatasets(folder)
  expect(dataset?.name).toBe('realtalk')
  expect(dataset?.conversations[0]?.turns[0]).toMatchObject({
    text: 'I ran',
    at: Date.UTC(2023, 11, 29, 0, 51, 12),
  })
})

const chat = [
  {
    batch_number: 1,
    turns: [
      [
        {
          role: 'user',
          id: 0,
          time_anchor: 'March-15-2024',
          content: 'My budget for the trip is 900 euros. ->-> 1,1',
        },
        { role: 'assistant', id: 1, content: 'Noted.' },
        { role: 'user', id: 2, content: 'Always answer in metric units when I ask about distance.' },
      ],
    ],
  },
  {
    batch_number: 2,
    turns: [
      [
        { role: 'user', id: 3, content: 'The budget for the trip is 1,200 euros now.' },
        { role: 'user', id: 4, content: 'Which trains run at night?' },
      ],
    ],
  },
]
const probing = {
  abstention: [{ question: 'Unknown?' }],
  contradiction_resolution: [
    { question: 'What is my budget?', source_chat_ids: { first: [0], second: [3] } },
  ],
  instruction_following: [{ question: 'How far is it?', source_chat_ids: [2] }],
}

it('reads BEAM from its folders, and from rows with literals of Python', async () => {
  const inFolders = write({
    'chats/100K/7/chat.json': [...chat, { batch_number: 3, turns: [] }, ...chat],
    'chats/100K/7/chat_trunecated.json': chat,
    'chats/100K/7/user_messages.json': [['My budget for the trip is 900 euros.']],
    'chats/100K/7/topic.json': { topic: 'x' },
    'chats/100K/7/probing_questions/probing_questions.json': probing,
  })
  const [dataset] = await findDatasets(inFolders)
  expect(dataset?.name).toBe('beam-100k')
  const [conversation] = dataset?.conversations ?? []
  expect(conversation?.turns.map(({ id, session, origin }) => `${id} ${session} ${origin}`)).toEqual([
    '0 chat/1 user',
    '1 chat/1 assistant',
    '2 chat/1 user',
    '3 chat/2 user',
    '4 chat/2 user',
  ])
  expect(conversation?.turns[0]).toMatchObject({
    text: 'My budget for the trip is 900 euros.',
    at: Date.UTC(2024, 2, 15),
  })
  expect(conversation?.questions.map(({ category, evidence }) => [category, evidence])).toEqual([
    ['contradiction_resolution', ['0', '3']],
    ['instruction_following', ['2']],
  ])
  const literal = `{'abstention': [{'question': "What's it?"}], 'instruction_following': [{'question': 'How "far"\\n?', 'source_chat_ids': [2], 'x': None, 'y': (1, True)}]}`
  const inRows = write({ 'beam_500K.jsonl': `${JSON.stringify({ chat, probing_questions: literal })}\n` })
  const [rows] = await findDatasets(inRows)
  expect(rows?.name).toBe('beam-500k')
  expect(rows?.conversations[0]?.questions).toEqual([
    { text: 'How "far"\n?', category: 'instruction_following', evidence: ['2'] },
  ])
  if (dataset === undefined) throw new Error('nothing was read')
  expect(evaluateConflicts(dataset)).toMatchObject([
    { category: 'conflict-candidates/contradiction_resolution', n: 1, 'recall@5': 1 },
  ])
  expect(evaluateRules(dataset)).toMatchObject({ n: 1, found: 1, pinned: 0.25 })
})

it('finds nothing in a folder of other things', async () => {
  expect(await findDatasets(write({ 'package.json': { name: 'x' }, 'list.json': [1, 2] }))).toEqual([])
})

it('finds what the synthetic conversations tell, and is noticed when it does not', async () => {
  const dataset = syntheticDataset()
  expect(dataset.conversations.flatMap(({ turns }) => turns)).toHaveLength(2_000)
  expect(dataset.conversations.flatMap(({ questions }) => questions)).toHaveLength(200)
  expect(syntheticDataset(1)).toEqual(dataset)
  expect(syntheticDataset(2)).not.toEqual(dataset)
  const store = await openInFile()
  const memory = createMemory(store)
  const few = { ...dataset, conversations: dataset.conversations.slice(0, 2) }
  const rows = await evaluateRecall(memory, few)
  const forgetful = {
    ...memory,
    recall: async (query: Parameters<typeof memory.recall>[0]) => {
      const found = await memory.recall(query)
      return { ...found, evidence: found.evidence.toReversed() }
    },
  }
  const worse = await evaluateRecall(forgetful, few)
  await store.close()
  expect(rows.at(-1)).toMatchObject({ dataset: 'synthetic', category: 'all', n: 40 })
  expect(rows.at(-1)?.['recall@5']).toBeGreaterThan(0.95)
  expect(worse.at(-1)?.['recall@5']).toBeLessThan(0.5)
})

it('notices, in chats of the shape that BEAM has, what goes against what was said before, and what is to hold', () => {
  const chats = syntheticChats()
  expect(syntheticChats(1)).toEqual(chats)
  const [contradictions, updates] = evaluateConflicts(chats)
  expect(contradictions).toMatchObject({ n: 32, category: 'conflict-candidates/contradiction_resolution' })
  expect(updates).toMatchObject({ n: 32, category: 'conflict-candidates/knowledge_update' })
  for (const row of [contradictions, updates]) expect(row?.['recall@10']).toBeGreaterThan(0.6)
  const rules = evaluateRules(chats)
  expect(rules?.found).toBe(1)
  // Six of some 120 messages are rules, and little else is taken for one.
  expect(rules?.pinned).toBeLessThan(0.06)
  const deaf = {
    ...chats,
    conversations: chats.conversations.map(({ turns, ...each }) => ({
      ...each,
      turns: turns.map((turn) => ({ ...turn, text: turn.text.replaceAll(/[A-Za-z]+/g, 'word') })),
    })),
  }
  expect(evaluateConflicts(deaf)[0]?.['recall@10']).toBeLessThan(0.4)
  expect(evaluateRules(deaf)?.found).toBe(0)
})
