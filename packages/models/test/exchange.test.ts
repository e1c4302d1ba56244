import type { Message, Model, ModelEvent, ModelRequest, ToolDefinition } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { anthropic, gemini, openaiCompatible, openaiResponses } from '../src/index.ts'
import { fixture } from './fixture.ts'
import { collect, finished, loopback, never, requestOf, sendInPieces } from './loopback.ts'

const tools: readonly ToolDefinition[] = [
  { name: 'list', description: 'Lists files.', input: { type: 'object', properties: {} } },
  {
    name: 'read',
    description: 'Reads a file.',
    input: {
      type: 'object',
      properties: { path: { type: 'string' } },
      required: ['path'],
      additionalProperties: false,
    },
  },
]

interface Transport {
  readonly name: string
  readonly at: (url: string) => Model
  /** The ids that the recording gives the two calls. */
  readonly ids: readonly [string, string]
}

const transports: readonly Transport[] = [
  {
    name: 'openai-compatible',
    at: (url) => openaiCompatible({ baseUrl: `${url}/v1/`, model: 'gpt-test', apiKey: 'sk-secret-1' }),
    ids: ['call_Wq7', 'call_Wq8'],
  },
  {
    name: 'openai-responses',
    at: (url) => openaiResponses({ baseUrl: `${url}/v1`, model: 'gpt-5-test', apiKey: 'sk-secret-1' }),
    ids: ['call_R1', 'call_R2'],
  },
  {
    name: 'anthropic',
    at: (url) => anthropic({ baseUrl: `${url}/v1`, model: 'claude-test', apiKey: 'sk-secret-1' }),
    ids: ['toolu_01T1', 'toolu_01T2'],
  },
  {
    name: 'gemini',
    at: (url) => gemini({ baseUrl: `${url}/v1beta`, model: 'gemini-3-test', apiKey: 'sk-secret-1' }),
    ids: ['fc-1', 'fc-2'],
  },
]

function recorded(name: string, turn: number): string {
  return fixture(`${name}-turn-${turn}`)
}

/** A file was read and a folder listed; then a person added something. */
function resultsOf([first, second]: readonly [string, string]): readonly Message[] {
  return [
    {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          id: first,
          name: 'read',
          content: [{ type: 'text', text: 'export const größe = 42' }],
          error: false,
        },
      ],
    },
    {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          id: second,
          name: 'list',
          content: [{ type: 'text', text: 'no such folder' }],
          error: true,
        },
      ],
    },
    { role: 'user', content: [{ type: 'text', text: 'Answer in German.' }] },
  ]
}

/** The first recorded answer, sent as one piece. */
async function wholeAnswer(name: string, at: Transport['at']): Promise<readonly ModelEvent[]> {
  await using server = await loopback((response) => sendInPieces(response, recorded(name, 1), 1_000_000))
  return joined(await collect(at(server.url).stream(requestOf({ tools }), never())))
}

/** Deltas of the same kind and id joined, so that where the bytes were cut does not show. */
function joined(events: readonly ModelEvent[]): readonly ModelEvent[] {
  const result: ModelEvent[] = []
  for (const event of events) {
    const last = result.at(-1)
    const same =
      last?.type === event.type &&
      'text' in event &&
      'text' in last &&
      (!('id' in event) || ('id' in last && last.id === event.id))
    if (same) result[result.length - 1] = { ...event, text: last.text + event.text }
    else result.push(event)
  }
  return result
}

/** What two requests have in common from the start, cache marks left out: the provider compares content, and only marks move. */
function commonStart(a: string, b: string): string {
  let length = 0
  while (length < a.length && a[length] === b[length]) length += 1
  return a.slice(0, length)
}

function withoutMarks(text: string): string {
  return text.replaceAll(/,"cache_control":\{[^}]*\}/g, '')
}

describe.each(transports)('a recorded exchange with tools over $name', ({ name, at, ids }) => {
  test.each([1, 2, 3, 7, 64, 4096, 1_000_000])('reads the same in pieces of %i bytes', async (size) => {
    await using server = await loopback((response) => sendInPieces(response, recorded(name, 1), size))
    const events = await collect(at(server.url).stream(requestOf({ tools }), never()))
    const last = events.at(-1)
    if (last?.type !== 'finished') throw new Error(JSON.stringify(last))
    const calls = last.message.content.filter((part) => part.type === 'tool-call')
    expect(last.reason).toBe('tool-calls')
    expect(calls).toMatchObject([
      { id: ids[0], name: 'read', input: { path: 'src/größe.ts' } },
      { id: ids[1], name: 'list', input: {} },
    ])
    expect(joined(events)).toEqual(await wholeAnswer(name, at))
  })

  test('tells every delta and the whole message', async () => {
    expect(await wholeAnswer(name, at)).toMatchSnapshot('events')
  })

  test('gives everything back on the next turn, with the same bytes before what is new', async () => {
    await using server = await loopback((response, _, nth) =>
      sendInPieces(response, recorded(name, Math.min(nth, 2)), 100),
    )
    const model = at(server.url)
    const first: ModelRequest = requestOf({ tools })
    const { message } = await finished(model.stream(first, never()))
    const second: ModelRequest = { ...first, messages: [...first.messages, message, ...resultsOf(ids)] }
    const answer = await finished(model.stream(second, never()))
    expect(answer.message.content.map((part) => ('text' in part ? part.text : '')).join('')).toBe(
      'Die Größe ist 42 🙂.',
    )
    const third: ModelRequest = {
      ...second,
      messages: [
        ...second.messages,
        answer.message,
        { role: 'user', content: [{ type: 'text', text: 'Thanks' }] },
      ],
      toolChoice: 'none',
    }
    await finished(model.stream(third, never()))

    const [one = '', two = '', three = ''] = server.received.map(({ text }) => withoutMarks(text))
    expect(server.received[1]?.body).toMatchSnapshot('second request')
    expect(server.received[2]?.body).toMatchSnapshot('third request')
    const endOfFirst = one.lastIndexOf('"Hello"')
    expect(commonStart(one, two).length).toBeGreaterThan(endOfFirst + '"Hello"'.length)
    const endOfSecond = two.lastIndexOf('Answer in German.')
    expect(commonStart(two, three).length).toBeGreaterThan(endOfSecond + 'Answer in German."'.length)
  })

  test('converts a message once', async () => {
    let reads = 0
    const message: Message = {
      role: 'user',
      get content() {
        reads += 1
        return [{ type: 'text' as const, text: 'Hello' }]
      },
    }
    await using server = await loopback((response) => sendInPieces(response, recorded(name, 2), 1000))
    const model = at(server.url)
    await finished(model.stream(requestOf({ messages: [message] }), never()))
    const afterFirst = reads
    await finished(model.stream(requestOf({ messages: [message] }), never()))
    expect(afterFirst).toBeGreaterThan(0)
    expect(reads).toBe(afterFirst)
  })

  test('sends its key in a header and nowhere else', async () => {
    await using server = await loopback((response) => sendInPieces(response, recorded(name, 2), 1000))
    await finished(at(server.url).stream(requestOf(), never()))
    const [received] = server.received
    expect(JSON.stringify(received?.headers)).toContain('sk-secret-1')
    expect(received?.path).not.toContain('sk-secret-1')
    expect(received?.text).not.toContain('sk-secret-1')
  })
})
