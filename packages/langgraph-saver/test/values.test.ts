import { isDeepStrictEqual } from 'node:util'

import { AIMessage, HumanMessage, ToolMessage } from '@langchain/core/messages'
import { DeltaSnapshot } from '@langchain/langgraph-checkpoint'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { newestOf, step, valuesAt } from './steps.ts'
import { newSaver, type OpenSaver } from './stores.ts'

let open: OpenSaver

beforeAll(async () => {
  open = await newSaver()
})
afterAll(() => open.close())

class Own {
  readonly field = 1
}
class OwnError extends Error {}
class OwnMap extends Map<string, number> {}

const kept: Readonly<Record<string, unknown>> = {
  Date: new Date(1_700_000_000_123),
  'invalid Date': new Date(Number.NaN),
  URL: new URL('https://example.org/a?b=c#d'),
  BigInt: 12_345_678_901_234_567_890n,
  Map: new Map<unknown, unknown>([[{ a: 1 }, new Set([1n])]]),
  'undefined in an object': { a: undefined, b: [undefined] },
  'lone surrogate': '\uD800 alone',
  NUL: 'a\0b',
  Uint8Array: new Uint8Array([1, 2, 255]),
  Buffer: Buffer.from([1, 2, 255]),
  NaN: Number.NaN,
  Infinity: -Infinity,
  '-0': -0,
  Float32Array: new Float32Array([1.5, -0, Number.NaN]),
  BigInt64Array: new BigInt64Array([-5n]),
  TypeError: Object.assign(new TypeError('bad', { cause: new RangeError('why') }), { extra: [1n] }),
  RegExp: /a+/giu,
  DeltaSnapshot: new DeltaSnapshot([{ when: new Date(0) }]),
  'what looks like a form': {
    '@': ['url', 'x'],
    $date: 1,
    lc: 1,
    type: 'constructor',
    id: ['x'],
    kwargs: {},
  },
  'what looks like a constructor of LangGraph': { lc: 2, type: 'constructor', id: ['Set'], args: [[1]] },
  'a key named __proto__': JSON.parse('{"__proto__": {"a": 1}}'),
}

const sparse: number[] = []
sparse[2] = 1
const cyclic: Record<string, unknown> = {}
cyclic['self'] = cyclic

const refused: Readonly<Record<string, unknown>> = {
  'class instance': new Own(),
  'an error of one’s own': new OwnError('x'),
  'a Map of one’s own': new OwnMap(),
  'sparse array': sparse,
  'array with extra properties': Object.assign([1], { extra: 1 }),
  function: () => 1,
  symbol: Symbol('x'),
  'symbol key': { [Symbol('x')]: 1 },
  accessor: Object.defineProperty({}, 'a', { get: () => 1, enumerable: true }),
  'hidden property': Object.defineProperty({}, 'a', { value: 1 }),
  'object without a prototype': Object.create(null),
  cycle: cyclic,
  WeakMap: new WeakMap(),
  'a Date in a message': new HumanMessage({ content: 'x', additional_kwargs: { when: new Date(0) } }),
}

describe.each(Object.entries(kept))('%s', (name, value) => {
  test('comes back equal from put and from putWrites, also in another process', async () => {
    const { saver } = open
    const config = await step(saver, newestOf(name), { value, list: [value] })
    await saver.putWrites(
      config,
      [
        ['value', value],
        ['list', [value]],
      ],
      'task',
    )
    const other = await open.second()
    for (const reader of [saver, other.saver]) {
      const tuple = await reader.getTuple(config)
      const written = tuple?.pendingWrites?.map(([, , part]) => part)
      const found = [tuple?.checkpoint.channel_values, written]
      const expected = [{ value, list: [value] }, [value, [value]]]
      expect(found).toStrictEqual(expected)
      // It tells one kind of error from another.
      expect(isDeepStrictEqual(found, expected)).toBe(true)
    }
    await other.close()
  })
})

describe.each(Object.entries(refused))('%s', (name, value) => {
  test('is refused at put and at putWrites, with its place, and the thread stays as it was', async () => {
    const { saver } = open
    const thread = `refused ${name}`
    const config = await step(saver, newestOf(thread), { value: 'before' }, 1)
    const failure = { code: 'value-not-storable' }
    await expect(step(saver, config, { value: { in: [value] } }, 2)).rejects.toMatchObject(failure)
    await expect(saver.putWrites(config, [['value', value]], 'task')).rejects.toMatchObject(failure)
    expect(await valuesAt(saver, newestOf(thread))).toEqual({ value: 'before' })
    expect((await saver.getTuple(config))?.pendingWrites).toEqual([])
    await step(saver, config, { value: 'after' }, 3)
    expect(await valuesAt(saver, newestOf(thread))).toEqual({ value: 'after' })
  })
})

test('the refusal says where the value stands', async () => {
  await expect(step(open.saver, newestOf('where'), { a: { 'b/c': [0, new Own()] } })).rejects.toThrow(
    'The value at /channel_values/a/b~1c/1 is an instance of Own',
  )
})

test('messages come back as LangChain’s own objects, and are stored once while nothing about them changes', async () => {
  const { saver } = open
  const messages = [
    new HumanMessage({ id: 'h', content: 'hello' }),
    new AIMessage({
      id: 'a',
      content: '',
      tool_calls: [{ id: 'c', name: 'look', args: { at: [1, { x: null }] } }],
    }),
    new ToolMessage({ id: 't', content: 'seen', tool_call_id: 'c' }),
  ]
  const first = await step(saver, newestOf('messages'), { messages: messages.slice(0, 2) }, 1)
  const second = await step(saver, first, { messages }, 2)
  const found = (await valuesAt(saver, second))['messages']
  expect(found).toEqual(messages)
  expect(Array.isArray(found) && found.map((message: unknown) => message instanceof AIMessage)).toEqual([
    false,
    true,
    false,
  ])
  const [hello] = messages
  if (hello !== undefined) hello.content = 'changed in place'
  const third = await step(saver, second, { messages: [...messages] }, 3)
  const [now, before] = [await valuesAt(saver, third), await valuesAt(saver, second)]
  expect(now).toMatchObject({ messages: [{ content: 'changed in place' }, {}, {}] })
  expect(before).toMatchObject({ messages: [{ content: 'hello' }, {}, {}] })
})
