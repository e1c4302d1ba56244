import type { Message, Model } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { anthropic, gemini, openaiCompatible, openaiResponses } from '../src/index.ts'
import { collect, type Loopback, loopback, never, requestOf } from './loopback.ts'

/** Numbers from a seed (mulberry32), so that a failure can be played again. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One turn of an agent as it may go: thoughts, texts, calls and their results, in one message or several, and people who add something. */
function turnOf(random: () => number, turn: number): readonly Message[] {
  const some = (share: number): boolean => random() < share
  const text = (what: string): { type: 'text'; text: string } => ({
    type: 'text',
    text: `${what} ${turn} ${'§"\\\n'.repeat(Math.floor(random() * 3))}`,
  })
  const calls = Array.from({ length: Math.floor(random() * 4) }, (_, index) => ({
    type: 'tool-call' as const,
    id: `c${turn}-${index}`,
    name: 'look',
    input: { turn, index },
  }))
  const provider = {
    'openai-compatible': { field: 'reasoning_content' },
    openai: { reasoningEncryptedContent: 'e' },
    anthropic: { signature: 's' },
    google: {},
  }
  const results = calls.map(({ id }) => ({
    type: 'tool-result' as const,
    id,
    name: 'look',
    content: [text('result')],
    error: some(0.3),
  }))
  const together = some(0.5)
  const resultMessages: readonly Message[] =
    together && results.length > 0
      ? [{ role: 'tool', content: results }]
      : results.map((result) => ({ role: 'tool', content: [result] }))
  return [
    {
      role: 'assistant',
      content: [
        ...(some(0.5) ? [{ type: 'reasoning' as const, text: 'hm', provider }] : []),
        ...(some(0.7) ? [text('answer')] : []),
        ...calls,
      ],
    },
    ...resultMessages,
    ...(results.length === 0 || some(0.3) ? [{ role: 'user' as const, content: [text('person')] }] : []),
    ...(some(0.1) ? [{ role: 'user' as const, content: [text('person again')] }] : []),
  ]
}

/** Without cache marks, and without what closes the list of messages and the request. */
function openEnd(text: string): string {
  return text.replaceAll(/,"cache_control":\{[^}]*\}/g, '').replace(/[\]}]*(?:,"max_tokens":\d+\})?$/, '')
}

const models: readonly (readonly [string, (baseUrl: string) => Model])[] = [
  ['openaiCompatible', (baseUrl) => openaiCompatible({ baseUrl, model: 'm' })],
  ['openaiResponses', (baseUrl) => openaiResponses({ baseUrl, model: 'm' })],
  ['anthropic', (baseUrl) => anthropic({ baseUrl, model: 'm' })],
  ['gemini', (baseUrl) => gemini({ baseUrl, model: 'm' })],
]

async function requestsOf(server: Loopback, model: Model, seed: number): Promise<readonly string[]> {
  const random = randomOf(seed)
  const before = server.received.length
  let messages: readonly Message[] = [...requestOf().messages]
  for (let turn = 1; turn <= 8; turn += 1) {
    await collect(model.stream(requestOf({ messages }), never()))
    messages = [...messages, ...turnOf(random, turn)]
  }
  return server.received.slice(before).map(({ text }) => text)
}

describe.each(models)('%s, over random conversations', (_, at) => {
  test('begins every request with the bytes of the one before', async () => {
    await using server = await loopback((response) => void response.writeHead(400).end('{}'))
    const broken: string[] = []
    for (let seed = 1; seed <= 25; seed += 1) {
      const requests = await requestsOf(server, at(server.url), seed)
      for (const [index, text] of requests.entries()) {
        const next = requests[index + 1]
        if (next !== undefined && !openEnd(next).startsWith(openEnd(text)))
          broken.push(`SEED=${seed} turn ${index + 1}`)
      }
    }
    expect(server.received.length).toBe(200)
    expect(broken).toEqual([])
  })
})
