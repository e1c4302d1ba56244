import type { AgentEntry, AgentEvent } from '@keepup/core'
import { expect, test } from 'vitest'

import { createTrace, spansOf, type TraceSpan } from '../src/index.ts'
import { live, secret } from './live.ts'

const entriesOf = (events: readonly AgentEvent[]): readonly AgentEntry[] =>
  events.flatMap((event) => ('live' in event ? [] : [event]))

const named = (spans: readonly TraceSpan[]): readonly string[] => spans.map(({ name }) => name)

test('a run is a tree: the agent, its model calls, its tools', async () => {
  const { spans } = await live()
  expect(named(spans).toSorted()).toEqual([
    'chat script',
    'chat script',
    'execute_tool delete',
    'execute_tool read',
    'execute_tool search',
    'invoke_agent keepup',
  ])
  const agent = spans.at(-1)
  expect(agent?.parent).toBeUndefined()
  for (const span of spans.slice(0, -1)) {
    expect(span.parent).toEqual({ traceId: agent?.traceId, spanId: agent?.spanId })
  }
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length)
  expect(
    spans.every(({ traceId, spanId }) => /^[0-9a-f]{32}$/.test(traceId) && /^[0-9a-f]{16}$/.test(spanId)),
  ).toBe(true)
  expect(spans.every(({ attributes }) => attributes['session.id'] === 'main')).toBe(true)
})

test('outcomes are codes: a failure, a denial, and everything else is well', async () => {
  const { spans } = await live()
  const errors = Object.fromEntries(spans.map(({ name, error }) => [name, error]))
  expect(errors).toEqual({
    'chat script': undefined,
    'execute_tool delete': 'denied',
    'execute_tool read': undefined,
    'execute_tool search': 'tool-failed',
    'invoke_agent keepup': undefined,
  })
})

test('nothing that was said or read is told unless somebody asks for it', async () => {
  const { spans } = await live()
  expect(JSON.stringify(spans)).not.toContain(secret)
  const { spans: told } = await live({ content: (text) => text })
  expect(JSON.stringify(told)).toContain(secret)
})

test('what may be told is told through a hand that strikes out, and one that throws tells nothing', async () => {
  const { spans } = await live({ content: (text) => text.replaceAll(secret, '***') })
  expect(JSON.stringify(spans)).not.toContain(secret)
  expect(JSON.stringify(spans)).toContain('Look up ***')
  const { spans: broken } = await live({
    content: () => {
      throw new Error('broken')
    },
  })
  expect(JSON.stringify(broken)).not.toContain(secret)
  expect(broken).toHaveLength(6)
})

test('each token is told once: on the model call, never on the agent', async () => {
  const { spans } = await live()
  const counting = spans.filter(({ attributes }) =>
    Object.keys(attributes).some((key) => key.startsWith('gen_ai.usage.')),
  )
  expect(counting.map(({ attributes }) => attributes['gen_ai.operation.name'])).toEqual(['chat', 'chat'])
  const withModel = spans.filter(({ attributes }) => 'gen_ai.request.model' in attributes)
  expect(withModel).toHaveLength(2)
})

test('a log tells the same spans again, ids included, but for the first word that only a watcher sees', async () => {
  const { events, spans } = await live({ content: (text) => text })
  const again = spansOf(entriesOf(events), { content: (text) => text })
  const timeless = ({
    attributes: { 'gen_ai.response.time_to_first_chunk': _, ...attributes },
    ...span
  }: TraceSpan) => ({
    ...span,
    attributes,
  })
  expect(again.map(timeless)).toEqual(spans.map(timeless))
  expect(spans.some(({ attributes }) => 'gen_ai.response.time_to_first_chunk' in attributes)).toBe(true)
})

test('a run that was killed in a model call and resumed is one span, and the call that was cut off is told as such', async () => {
  const { events } = await live()
  const entries = entriesOf(events)
  const cut = entries.findIndex(({ type }) => type === 'model-called') + 1
  const started = entries.find(({ type }) => type === 'run-started')
  if (started?.type !== 'run-started') throw new Error('a run begins with its start')
  const { run, token, owner, settings } = started.data
  const resumed: AgentEntry<'run-resumed'> = {
    ...started,
    type: 'run-resumed',
    sequence: 1000,
    data: { run, token: token + 1, owner, settings, open: [], processes: [] },
  }
  // Asked anew, as a model is after a crash.
  const rest = entries
    .slice(cut - 1)
    .map((entry): AgentEntry => ({ ...entry, sequence: entry.sequence + 1000 }))
  const spans = spansOf([...entries.slice(0, cut), resumed, ...rest])
  expect(named(spans).filter((name) => name.startsWith('invoke_agent'))).toHaveLength(1)
  const chats = spans.filter(({ name }) => name.startsWith('chat'))
  expect(chats.map(({ error }) => error)).toEqual(['interrupted', undefined, undefined])
  expect(spans.at(-1)?.moments.map(({ name }) => name)).toContain('keepup.resumed')
})

test('an agent that another one started stands below the call that started it', async () => {
  const { events } = await live()
  const entries = entriesOf(events)
  const started = entries.find(({ type }) => type === 'tool-started')
  if (started?.type !== 'tool-started') throw new Error('a tool was started')
  const spawned: AgentEntry<'agent-spawned'> = {
    ...started,
    type: 'agent-spawned',
    data: { agent: 'child', key: started.data.key, attempt: 1, role: 'explorer', budget: { agents: 0 } },
  }
  const trace = createTrace()
  const at = entries.indexOf(started) + 1
  const parentSpans = entries.slice(0, at).flatMap((entry) => trace.observe(entry))
  trace.observe(spawned)
  const child = entries.flatMap((entry) => trace.observe({ ...entry, thread: 'child' }))
  const rest = entries.slice(at).flatMap((entry) => trace.observe(entry))
  const agent = rest.at(-1)
  expect(child.at(-1)?.traceId).toBe(agent?.traceId)
  const call = rest.find(({ spanId }) => spanId === child.at(-1)?.parent?.spanId)
  expect(call?.name).toBe(`execute_tool ${started.data.tool}`)
  expect(parentSpans.length + rest.length).toBe(child.length)
})

test('the latest names take the place of the older ones, and both never name one count twice', async () => {
  const keys = (spans: readonly TraceSpan[]): string =>
    JSON.stringify(spans.map(({ attributes }) => Object.keys(attributes)))
  const [older, latest, both] = await Promise.all(
    (['1.41', 'latest', 'both'] as const).map(async (profile) => {
      const { events } = await live()
      return keys(spansOf(entriesOf(events).map(withCache), { profile }))
    }),
  )
  expect(older).toContain('cache_creation')
  expect(older).not.toContain('cache_write')
  expect(latest).toContain('cache_write')
  expect(latest).not.toContain('cache_creation')
  expect(both).toBe(older)
})

function withCache(entry: AgentEntry): AgentEntry {
  if (entry.type !== 'assistant-message') return entry
  const usage = { input: 100, cached: 40, cacheWritten: 20, output: 10, reasoning: 4 }
  return { ...entry, data: { ...entry.data, usage } }
}

test('a log that begins or breaks off in the middle is told as far as it goes', async () => {
  const { events } = await live()
  const entries = entriesOf(events)
  for (let from = 0; from < entries.length; from += 1) {
    for (let to = from; to <= entries.length; to += 1) {
      const spans = spansOf(entries.slice(from, to))
      expect(spans.every(({ start, end }) => end >= start)).toBe(true)
    }
  }
})
