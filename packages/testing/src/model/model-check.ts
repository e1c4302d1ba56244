import assert from 'node:assert/strict'

import type { Message, MessageList, Model, ModelEvent, ModelRequest } from '@keepup/core'

import type { Check } from '../check.ts'
import { within } from '../fails.ts'
import type { ModelHarness, ModelUnderTest, ProviderBehaviour } from './harness.ts'

/** A check of a model whose provider behaves in some way. */
export interface ModelCheck extends Check<ModelHarness> {
  readonly behaviour: ProviderBehaviour
}

/** A check that opens a model, tries, and closes it. */
export function check(
  name: string,
  behaviour: ProviderBehaviour,
  body: (under: ModelUnderTest) => Promise<void>,
): ModelCheck {
  const run = async (harness: ModelHarness): Promise<void> => {
    const under = await harness.create(behaviour)
    try {
      await body(under)
    } finally {
      await under.dispose()
    }
  }
  return { name, behaviour, run }
}

const user: Message = { role: 'user', content: [{ type: 'text', text: 'Look at a and b.' }] }

/** A request as the loop makes them: frozen, with messages that are no array. */
export function request(): ModelRequest {
  const messages: readonly Message[] = [
    user,
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'I look.' },
        { type: 'tool-call', id: 'one', name: 'look', input: { path: 'c' } },
      ],
    },
    {
      role: 'tool',
      content: [
        {
          type: 'tool-result',
          id: 'one',
          name: 'look',
          content: [{ type: 'text', text: 'c is fine' }],
          error: false,
        },
      ],
    },
    { role: 'user', content: [{ type: 'text', text: 'And the others?' }] },
  ]
  const input = {
    type: 'object',
    properties: { path: { type: 'string' }, deep: { type: 'array', items: { type: 'number' } } },
    required: ['path'],
  }
  const view: MessageList = {
    length: messages.length,
    at: (index) => messages.at(index),
    [Symbol.iterator]: () => messages[Symbol.iterator](),
  }
  const tools = [{ name: 'look', description: 'Looks at a path.', input }]
  return deepFreeze<ModelRequest>({ system: 'You help.', messages: view, tools, toolChoice: 'auto' })
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}

/** Everything that a call streams; fails where the stream throws or hangs. */
export async function play(
  model: Model,
  signal: AbortSignal = new AbortController().signal,
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = []
  const playing = (async () => {
    for await (const event of model.stream(request(), signal)) events.push(event)
  })()
  await within(15_000, playing, `the stream ends; events so far: ${events.length}`)
  return events
}

/** The event that ends a stream: exactly one, and it is the last. */
export function ending(events: readonly ModelEvent[]): Extract<ModelEvent, { type: 'finished' | 'failed' }> {
  const ends = events.filter((event) => event.type === 'finished' || event.type === 'failed')
  assert.equal(ends.length, 1, `exactly one end, not ${ends.length}`)
  const last = events.at(-1)
  if (last?.type === 'finished' || last?.type === 'failed') return last
  return assert.fail('the end is the last event')
}

/** The finished event, or a failure that says what came instead. */
export function finished(events: readonly ModelEvent[]): Extract<ModelEvent, { type: 'finished' }> {
  const last = ending(events)
  return last.type === 'finished' ? last : assert.fail(`it failed: ${JSON.stringify(last.failure)}`)
}

/** The failure, or an error that says that there was none. */
export function failure(events: readonly ModelEvent[]): Extract<ModelEvent, { type: 'failed' }>['failure'] {
  const last = ending(events)
  return last.type === 'failed' ? last.failure : assert.fail('it finished')
}
