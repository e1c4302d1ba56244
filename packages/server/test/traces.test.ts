import { gzipSync } from 'node:zlib'

import { expect, test } from 'vitest'

import type { ToldSpan } from '../src/otlp/told-span.ts'
import { traceStore } from '../src/otlp/trace-store.ts'
import { asked } from './asked.ts'
import { serve } from './serve.ts'

const ids = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }
const times = { startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000250000000' }
const sent = (spans: readonly object[]) => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'crew' } }] },
      scopeSpans: [{ scope: { name: 'x' }, spans }],
    },
  ],
})

test('traces of other programs are taken where exporters send them, packed or not, with the token alone', async () => {
  const served = await serve('no model')
  const child = {
    ...ids,
    ...times,
    spanId: 'C'.repeat(16),
    parentSpanId: ids.spanId,
    name: 'chat m',
    kind: 3,
    attributes: [
      { key: 'gen_ai.usage.input_tokens', value: { intValue: '12' } },
      {
        key: 'list',
        value: {
          arrayValue: {
            values: [
              { boolValue: true },
              { kvlistValue: { values: [{ key: 'k', value: { doubleValue: 1.5 } }] } },
            ],
          },
        },
      },
    ],
    status: { code: 2, message: 'rate limit' },
  }
  const body = sent([{ ...ids, ...times, name: 'invoke_agent crew' }, child, { ...child, spanId: 'short' }])
  const answer = await served.ask('/v1/traces', body)
  expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedSpans: '1' } })
  // A request that is sent again changes nothing.
  const again = await served.ask('/v1/traces', undefined, {
    method: 'POST',
    body: gzipSync(JSON.stringify(body)),
    headers: {
      authorization: 'Bearer a-token-of-the-tests-0123456789',
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    },
  })
  expect(again.status).toBe(200)
  expect(await asked(served, '/traces', '/traces')).toEqual({
    traces: [
      {
        trace: ids.traceId,
        name: 'invoke_agent crew',
        service: 'crew',
        start: 1.7e12,
        end: 1.7e12 + 250,
        spans: 2,
        errors: 1,
      },
    ],
  })
  expect(await asked(served, `/traces/${ids.traceId}`, '/traces/{trace}')).toMatchObject({
    spans: [
      { name: 'invoke_agent crew' },
      {
        span: 'c'.repeat(16),
        parent: ids.spanId,
        kind: 'client',
        error: 'rate limit',
        attributes: { 'gen_ai.usage.input_tokens': 12, list: [true, { k: 1.5 }] },
      },
    ],
  })
  expect(
    (
      await served.ask('/v1/traces', body, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      })
    ).status,
  ).toBe(401)
  expect((await served.ask(`/api/traces/${'f'.repeat(32)}`)).status).toBe(404)
})

test('senders of too much, of nonsense and of packed nothing cost no more than themselves', async () => {
  const served = await serve('no model')
  const bearer = { authorization: 'Bearer a-token-of-the-tests-0123456789' }
  const json = { ...bearer, 'content-type': 'application/json' }
  for (const body of ['[', 'null', '{"resourceSpans":7}']) {
    expect((await served.ask('/v1/traces', undefined, { method: 'POST', body, headers: json })).status).toBe(
      400,
    )
  }
  const protobuf = await served.ask('/v1/traces', undefined, {
    method: 'POST',
    body: 'x',
    headers: { ...bearer, 'content-type': 'application/x-protobuf' },
  })
  expect(Object(await protobuf.json()).detail).toContain('Send JSON')
  // A small body that unpacks to a huge one.
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))
  expect(
    (
      await served.ask('/v1/traces', undefined, {
        method: 'POST',
        body: bomb,
        headers: { ...json, 'content-encoding': 'gzip' },
      })
    ).status,
  ).toBe(400)
  const odd = [
    null,
    7,
    'x',
    {},
    { ...ids, ...times },
    { ...ids, ...times, name: 'n', traceId: '0'.repeat(32) },
  ]
  const answer = await served.ask('/v1/traces', {
    resourceSpans: [null, ...sent(odd as readonly object[]).resourceSpans],
  })
  expect(await answer.json()).toMatchObject({ partialSuccess: { rejectedSpans: '7' } })
  await served.ask('/v1/traces', sent([{ ...ids, ...times, name: 'n'.repeat(40_000) }]))
  const { traces } = Object(await (await served.ask('/api/traces')).json())
  expect(traces[0].name.length).toBeLessThan(20_000)
})

test('of traces as many are kept as there is room for, those that changed last', () => {
  const span = (trace: string, id: string, name = 'n'): ToldSpan => ({
    trace,
    span: id,
    name,
    kind: 'internal',
    start: 1,
    end: 2,
    service: 's',
    attributes: {},
    events: [],
  })
  const store = traceStore({ traces: 2, spans: 3, bytes: 2000 })
  expect(store.add(['1', '2', '3', '4'].map((id) => span('a', id)))).toBe(1)
  expect(store.add([span('b', '1'), span('a', '1', 'again'), span('c', '1')])).toBe(0)
  expect(store.list().map(({ trace, spans }) => [trace, spans])).toEqual([
    ['c', 1],
    ['a', 3],
  ])
  expect(store.spans('b')).toBeUndefined()
  expect(store.add([span('d', '1', 'x'.repeat(3000)), span('a', '1', 'x'.repeat(3000))])).toBe(2)
  expect(store.spans('a')?.[0]?.name).toBe('again')
  store.add([span('e', '1', 'x'.repeat(1880))])
  expect(store.list().map(({ trace }) => trace)).toEqual(['e'])
})
