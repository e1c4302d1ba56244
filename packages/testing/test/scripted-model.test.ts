import type { Message, ModelEvent, ModelRequest } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { parseScript, scriptedModel } from '../src/scripted-model.ts'

const user = (text: string): Message => ({ role: 'user', content: [{ type: 'text', text }] })
const answered = (text: string, ...names: string[]): Message => ({
  role: 'assistant',
  content: [
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...names.map((name, index) => ({ type: 'tool-call' as const, id: `x${index}`, name, input: {} })),
  ],
})
const result = (text: string): Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', id: 'x0', name: 'any', content: [{ type: 'text', text }], error: false }],
})
const request = (messages: readonly Message[], toolChoice: 'auto' | 'none' = 'auto'): ModelRequest => ({
  system: 'You help.',
  messages,
  tools: [],
  toolChoice,
})

async function play(script: unknown, messages: readonly Message[], toolChoice: 'auto' | 'none' = 'auto') {
  return collect(scriptedModel(script).stream(request(messages, toolChoice), new AbortController().signal))
}

async function collect(stream: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const events: ModelEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}

function said(events: readonly ModelEvent[]): string {
  const last = events.at(-1)
  if (last?.type === 'failed') return `failed: ${last.failure.kind}`
  if (last?.type !== 'finished') return 'nothing'
  return last.message.content
    .map((part) => (part.type === 'tool-call' ? `${part.name}()` : part.text))
    .join('')
}

describe('what a step streams', () => {
  test('text in chunks that make up the message', async () => {
    const events = await play({ steps: [{ text: 'Hello, wide 🌍 world', chunk: 13, reasoning: 'hm' }] }, [
      user('hi'),
    ])
    const text = events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : []))
    expect(text).toEqual(['Hello, wide 🌍', ' world'])
    expect(events[0]).toEqual({ type: 'reasoning-delta', text: 'hm' })
    expect(events.at(-1)).toMatchObject({ type: 'finished', reason: 'stop' })
    expect(said(events)).toBe('hmHello, wide 🌍 world')
  })

  test('tool calls with ids that differ from every earlier one', async () => {
    const script = {
      steps: [{ calls: [{ name: 'read', input: { path: 'a' } }, { name: 'list' }], repeat: true }],
    }
    const messages: Message[] = [user('go')]
    const ids: string[] = []
    for (let turn = 0; turn < 3; turn++) {
      const events = await play(script, messages)
      const last = events.at(-1)
      if (last?.type !== 'finished') throw new Error('must finish')
      ids.push(...last.message.content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])))
      messages.push(last.message, result('ok'))
      if (turn === 1) messages.splice(0, 1)
    }
    expect(new Set(ids).size).toBe(6)
    const compacted = await play(script, messages.slice(-2))
    expect(ids).not.toContain(
      compacted.flatMap((event) => (event.type === 'tool-input-started' ? [event.id] : []))[0],
    )
  })

  test('arguments that are no JSON, as a bad model writes them', async () => {
    const events = await play({ steps: [{ calls: [{ name: 'read', invalid: '{"path": ' }] }] }, [user('go')])
    expect(events.at(-1)).toMatchObject({ message: { content: [{ input: null, invalid: '{"path": ' }] } })
  })

  test('usage as given, or estimated', async () => {
    const given = await play({ steps: [{ text: 'x', usage: { input: 5, output: 6 }, cost: 7 }] }, [
      user('go'),
    ])
    expect(given.at(-1)).toMatchObject({ usage: { input: 5, output: 6, cached: 0 }, cost: 7 })
    const estimated = await play({ steps: [{ text: 'twelve chars' }] }, [user('go')])
    expect(estimated.at(-1)).toMatchObject({ usage: { input: 3, output: 3, estimated: true } })
  })

  test.each([
    ['cut', []],
    ['two-ends', ['finished', 'finished']],
    ['unknown-event', ['surprise', 'finished']],
    ['malformed', ['finished', 'finished']],
  ])('garbage: %s', async (garbage, ends) => {
    const events = await play({ steps: [{ text: 'x', garbage }] }, [user('go')])
    expect(events.slice(1).map((event) => event.type)).toEqual(ends)
  })

  test('garbage: throws', async () => {
    await expect(play({ steps: [{ garbage: 'throws' }] }, [user('go')])).rejects.toThrow('as its script says')
  })
})

describe('which step answers', () => {
  const steps = [
    { when: { lastToolResult: 'fail(ed|ing)' }, text: 'I see a failure', repeat: true },
    { when: { lastUser: '^deploy' }, text: 'No.' },
    { calls: [{ name: 'test' }] },
    { when: { turn: 4 }, text: 'fourth' },
    { text: 'done' },
  ]

  test('the first whose condition holds and that is not used up', async () => {
    expect(said(await play({ steps }, [user('go')]))).toBe('test()')
    const tested = [user('go'), answered('', 'test')]
    expect(said(await play({ steps }, [...tested, result('1 failing')]))).toBe('I see a failure')
    expect(said(await play({ steps }, [...tested, result('green')]))).toBe('done')
    expect(said(await play({ steps }, [user('deploy!')]))).toBe('No.')
    expect(said(await play({ steps }, [user('go'), answered('done'), user('deploy!')]))).toBe('No.')
  })

  test('a fresh process chooses as the old one', async () => {
    const script = { steps: 'abcdefgh'.split('').map((text) => ({ text })) }
    const lasting = scriptedModel(script)
    const messages: Message[] = [user('go')]
    for (const letter of 'abcdefgh') {
      const stream = lasting.stream(request(messages), new AbortController().signal)
      expect(said(await collect(stream))).toBe(letter)
      expect(said(await play(script, messages))).toBe(letter)
      messages.push(answered(letter), user('more'))
    }
    expect(said(await play(script, messages))).toBe('failed: invalid-request')
  })

  test('the same model follows a fork without mixing it up', async () => {
    const script = {
      steps: [{ text: 'a' }, { text: 'b' }, { when: { lastUser: 'other' }, text: 'z' }, { text: 'c' }],
    }
    const model = scriptedModel(script)
    const signal = new AbortController().signal
    const shared = [user('go'), answered('a')]
    const one = [...shared, user('on'), answered('b'), user('on')]
    const other = [...shared, user('on'), answered('b'), user('other')]
    expect(said(await collect(model.stream(request(one), signal)))).toBe('c')
    expect(said(await collect(model.stream(request(other), signal)))).toBe('z')
    expect(said(await collect(model.stream(request(shared), signal)))).toBe('b')
  })
})

describe('tools that are off, and failures', () => {
  test('with tools off, steps that call tools are passed over and kept', async () => {
    const script = {
      steps: [
        { calls: [{ name: 'test' }], repeat: true },
        { when: { toolsOff: true }, text: 'summary' },
      ],
    }
    expect(said(await play(script, [user('go')]))).toBe('test()')
    expect(said(await play(script, [user('go')], 'none'))).toBe('summary')
    const later = [user('go'), answered('summary'), user('go on')]
    expect(said(await play(script, later))).toBe('test()')
    expect(said(await play(script, later, 'none'))).toBe('failed: invalid-request')
  })

  test('a failure fails so many attempts at the same request, then the next step answers', async () => {
    const model = scriptedModel({
      steps: [{ fail: { kind: 'overloaded', times: 2, retryAfter: 5 } }, { text: 'a' }, { text: 'b' }],
    })
    const signal = new AbortController().signal
    const attempt = async (messages: Message[]) =>
      said(await collect(model.stream(request(messages), signal)))
    expect(await attempt([user('go')])).toBe('failed: overloaded')
    expect(await attempt([user('go')])).toBe('failed: overloaded')
    expect(await attempt([user('go')])).toBe('a')
    expect(await attempt([user('go'), answered('a'), user('more')])).toBe('b')
  })

  test('a failure that repeats never yields, and an answer of another model uses up nothing else', async () => {
    const script = { steps: [{ fail: 'unavailable', repeat: true }, { text: 'never' }] }
    expect(said(await play(script, [user('go'), answered('from elsewhere'), user('more')]))).toBe(
      'failed: unavailable',
    )
  })
})

describe('time and interruption', () => {
  test('delays pass on the given clock', async () => {
    const slept: number[] = []
    const clock = { now: () => 0, sleep: async (duration: number) => void slept.push(duration) }
    const model = scriptedModel({ steps: [{ text: 'abcd', chunk: 2, delay: 50, pause: 7 }] }, { clock })
    await collect(model.stream(request([user('go')]), new AbortController().signal))
    expect(slept).toEqual([50, 7])
  })

  test.each(['before', 'during the delay', 'between deltas'])(
    'an abort %s ends it with failed (interrupted)',
    async (moment) => {
      const controller = new AbortController()
      if (moment === 'before') controller.abort()
      const delay = moment === 'during the delay' ? 60_000 : 0
      const stream = scriptedModel({ steps: [{ text: 'a long text', chunk: 1, delay }] }).stream(
        request([user('go')]),
        controller.signal,
      )
      if (moment === 'during the delay') setTimeout(() => controller.abort(), 5)
      const events: ModelEvent[] = []
      for await (const event of stream) {
        events.push(event)
        controller.abort()
      }
      expect(events.at(-1)).toMatchObject({
        type: 'failed',
        failure: { kind: 'interrupted', retryable: false },
      })
      expect(events.length).toBe(moment === 'between deltas' ? 2 : 1)
    },
  )
})

describe('a script that is wrong names the place', () => {
  test.each([
    [null, 'script must be an object, not null'],
    [{}, 'script.steps is missing'],
    [{ steps: {} }, 'script.steps must be an array'],
    [{ steps: [{}] }, 'script.steps[0] must be a step that says something'],
    [{ steps: [{ text: 1 }] }, 'script.steps[0].text must be a string, not 1'],
    [{ steps: [{ txt: 'x' }] }, 'script.steps[0].txt is not a known field: use one of when, reasoning, text'],
    [
      { steps: [{ text: 'x' }, { when: { lastUser: '(' }, text: 'y' }] },
      'script.steps[1].when.lastUser: SyntaxError',
    ],
    [
      { steps: [{ text: 'x', when: { turn: 0 } }] },
      'script.steps[0].when.turn must be a whole number from 1, not 0',
    ],
    [{ steps: [{ calls: [{ input: {} }] }] }, 'script.steps[0].calls[0].name is missing'],
    [
      { steps: [{ calls: [{ name: 'a', input: () => 1 }] }] },
      'script.steps[0].calls[0].input must be a JSON value',
    ],
    [{ steps: [{ fail: 'tired' }] }, 'script.steps[0].fail must be one of rate-limited'],
    [{ steps: [{ text: 'x', repeat: 'yes' }] }, 'script.steps[0].repeat must be true or false'],
  ])('%j', (script, message) => {
    expect(() => parseScript(script)).toThrow(expect.objectContaining({ code: 'configuration-invalid' }))
    expect(() => parseScript(script)).toThrow(message)
  })

  test('a parsed script is a script', () => {
    const parsed = parseScript({ id: 'scripted/x', steps: [{ when: { lastUser: 'x' }, text: 'y' }] })
    expect(parseScript(parsed)).toEqual(parsed)
    expect(scriptedModel(parsed).id).toBe('scripted/x')
  })
})
