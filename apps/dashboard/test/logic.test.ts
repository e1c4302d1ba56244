import { expect, test } from 'vitest'

import { agentsOf } from '../src/agent-tree.ts'
import { ApiError } from '../src/api-error.ts'
import type { ThreadEntry } from '../src/api-types.ts'
import { changeLine } from '../src/change-line.ts'
import { createClient } from '../src/client.ts'
import { agoText, durationText } from '../src/duration-text.ts'
import { follow } from '../src/follow.ts'
import { messageLine } from '../src/message-line.ts'
import { readRoute, tokenIn, toHash } from '../src/route.ts'
import { timeScale } from '../src/time-scale.ts'
import { createTimeline } from '../src/timeline.ts'
import { usageSeries } from '../src/usage-series.ts'
import { windowOf } from '../src/window-of.ts'

let sequence = 0
function entry(type: string, data: object, time = sequence): ThreadEntry {
  sequence += 1
  return { thread: 't', sequence, type, time, by: 'runtime', hash: '', data }
}

test('what began and ended is one row, what never ended stays open, and nothing is left out', () => {
  const timeline = createTimeline()
  const told = [
    entry('run-started', { run: 'r' }),
    entry('model-called', { model: 'm', turn: 1 }),
    entry('assistant-message', { message: { content: [{ text: 'a\nb' }] } }),
    entry('tool-started', { key: 'k', tool: 'read', effects: [{ kind: 'read', target: '/x' }] }),
    entry('tool-started', { key: 'l', tool: 'write', effects: [] }),
    entry('tool-finished', { key: 'k', tool: 'read', outcome: { type: 'failed' } }),
    entry('tool-finished', { key: 'z', tool: 'shell', outcome: { type: 'denied', reason: 'no' } }),
    entry('something-new', {}),
    entry('run-finished', { outcome: { type: 'completed' } }),
  ]
  for (const one of told) timeline.add(one)
  expect(timeline.rows.map(({ kind, title, status }) => [kind, title, status])).toEqual([
    ['run', 'run', 'done'],
    ['model', 'm', 'done'],
    ['tool', 'read', 'failed'],
    ['tool', 'write', 'open'],
    ['tool', 'shell', 'failed'],
    ['note', 'something-new', 'done'],
  ])
  expect(timeline.rows[1]?.detail).toBe('a b')
  expect(new Set(timeline.rows.flatMap(({ entries }) => entries)).size).toBe(told.length)
})

test.each([null, undefined, 'text', 5, [], { outcome: null }, { message: { content: [null] } }])(
  'an entry whose data is %j is shown all the same',
  (data) => {
    const timeline = createTimeline()
    for (const type of [
      'run-started',
      'tool-finished',
      'user-message',
      'approval-answered',
      'agent-spawned',
    ]) {
      timeline.add({ ...entry(type, {}), data })
    }
    expect(agentsOf([{ ...entry('agent-spawned', {}), data }])).toHaveLength(1)
    expect(usageSeries([{ ...entry('assistant-message', {}), data }])).toEqual([])
    expect(messageLine(data).role).toBe('?')
  },
)

test('few rows are drawn of however many, and the last can be reached', () => {
  for (const count of [0, 1, 50, 10_000, 1_000_000]) {
    for (const scrolled of [-100, 0, 777, count * 28]) {
      const { from, to, top, height } = windowOf(count, 28, { scrolled, height: 600 })
      expect(to - from).toBeLessThanOrEqual(43)
      expect(top).toBe(from * 28)
      expect(height).toBe(count * 28)
    }
  }
  expect(windowOf(100, 28, { scrolled: 2800 - 600, height: 600 }).to).toBe(100)
})

test('moments stand on a line between the first and the last', () => {
  const scale = timeScale([{ start: 100, end: 200 }, { start: 150 }], 300)
  expect([100, 200, 300, 400, 0].map((time) => scale.at(time))).toEqual([0, 0.5, 1, 1, 0])
  expect(timeScale([], 5).at(5)).toBe(0)
})

test('addresses are read as they were written, and anything else is the list', () => {
  for (const route of [
    { view: 'threads' },
    { view: 'approvals' },
    { view: 'thread', thread: 'a/b c?#%', tab: 'past', at: 7 },
    { view: 'thread', thread: 'x', tab: 'usage' },
  ] as const) {
    expect(readRoute(toHash(route))).toEqual(route)
  }
  expect(readRoute('#/nowhere/else')).toEqual({ view: 'threads' })
  expect(readRoute('#/threads/%E0%A4%A/past')).toMatchObject({ thread: '%E0%A4%A' })
  expect(tokenIn('#token=abc')).toBe('abc')
  expect(tokenIn('#/threads')).toBeUndefined()
})

test('a stream that breaks is opened again from where it was, and one that is refused for good is not', async () => {
  const asked: (string | undefined)[] = []
  const bodies = [
    'id: 1\nevent: entry\ndata: 1\n\nid: 2\nevent: entry\ndata: 2\n\nid: 3\neve',
    'id: 3\nevent: entry\ndata: 3\n\n',
  ]
  const open = async (_: string, last: string | undefined): Promise<Response> => {
    asked.push(last)
    const body = bodies.shift()
    if (body === undefined) throw new ApiError(404, 'thread-unknown', 'gone')
    return new Response(body)
  }
  const seen: unknown[] = []
  const states: string[] = []
  const reading = async (): Promise<void> => {
    const options = {
      signal: new AbortController().signal,
      wait: async () => undefined,
      state: (state: string) => void states.push(state),
    }
    for await (const { data } of follow({ open }, '/x', options)) seen.push(data)
  }
  await expect(reading()).rejects.toThrow('gone')
  expect(seen).toEqual([1, 2, 3])
  expect(asked).toEqual([undefined, '2', '3'])
  expect(states).toEqual(['open', 'lost', 'open', 'lost'])
})

test('what the server refuses is told with its words', async () => {
  const client = createClient(
    async () => new Response('{"code":"thread-unknown","detail":"There is none."}', { status: 404 }),
  )
  await expect(client.state('x')).rejects.toMatchObject({
    status: 404,
    code: 'thread-unknown',
    message: 'There is none.',
  })
  const broken = createClient(async () => new Response('<html>', { status: 502, statusText: 'Bad Gateway' }))
  await expect(broken.threads()).rejects.toMatchObject({ status: 502, message: 'Bad Gateway' })
})

test('differences and durations read as a person would say them', () => {
  expect(changeLine({ pointer: '/a', type: 'changed', before: 1, after: 'x' })).toBe('~ /a: 1 → "x"')
  expect(changeLine({ pointer: '', type: 'added', after: 'y'.repeat(1000) }).length).toBeLessThan(400)
  expect([5, 1500, 65_000, 3_700_000].map(durationText)).toEqual(['5 ms', '1.5 s', '1 min 5 s', '1 h 1 min'])
  expect(agoText(0, 65_000)).toBe('1 min 5 s ago')
})
