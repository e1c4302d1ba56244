import type { ObservedCall } from '@keepup/core'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { emptyResource } from '@opentelemetry/resources'
import { expect, test } from 'vitest'

import { callSpan, toReadableSpan } from '../src/index.ts'

const [trace, client, server] = ['a'.repeat(32), 'b'.repeat(16), 'c'.repeat(16)]
const call: ObservedCall = {
  side: 'client',
  method: 'SendMessage',
  start: 1_000,
  end: 1_250,
  traceparent: `00-${trace}-${client}-01`,
  attributes: { 'a2a.method.name': 'SendMessage', 'a2a.message.reference_task_ids': ['t1', 't2'] },
}

function span(of: ObservedCall) {
  const told = callSpan(of)
  if (told === undefined) throw new Error('the call stands nowhere')
  return toReadableSpan(told, emptyResource())
}

test('a call is a span of its side, below the one that it says, with what is known of it', () => {
  const made = span(call)
  expect(made).toMatchObject({
    name: 'SendMessage',
    kind: SpanKind.CLIENT,
    startTime: [1, 0],
    duration: [0, 250e6],
  })
  expect(made.parentSpanContext).toBeUndefined()
  expect(made.attributes).toEqual(call.attributes)
  const answered = span({
    ...call,
    side: 'server',
    traceparent: `00-${trace}-${server}-01`,
    under: call.traceparent,
    error: 'TaskNotFoundError',
  })
  expect(answered).toMatchObject({
    kind: SpanKind.SERVER,
    parentSpanContext: { traceId: trace, spanId: client },
    status: { code: SpanStatusCode.ERROR, message: 'TaskNotFoundError' },
    attributes: { 'error.type': 'TaskNotFoundError' },
  })
  expect(answered.spanContext()).toMatchObject({ traceId: trace, spanId: server })
})

test('a call that stands nowhere is no span, and one below nowhere has no parent', () => {
  expect(callSpan({ ...call, traceparent: 'nonsense' })).toBeUndefined()
  expect(callSpan({ ...call, under: 'nonsense' })).not.toHaveProperty('parent')
})
