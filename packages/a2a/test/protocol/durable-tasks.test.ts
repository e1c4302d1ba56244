import { TaskState } from '@a2a-js/sdk'
import { memoryCheckpointer } from '@keepup/checkpoint'
import type { Checkpointer } from '@keepup/core'
import { expect, test, vi } from 'vitest'

import { replayExtension } from '../../src/protocol/client/index.ts'
import { type A2aAgent, demoAgent } from '../../src/protocol/server/index.ts'
import { at, items, type Json, jsonRpc } from './bindings.ts'
import { all, said, serve } from './served.ts'

vi.setConfig({ testTimeout: 30_000 })

const later = { returnImmediately: true }

/** Serves on a store that is shared, and how it is called. */
async function serverOn(checkpointer: Checkpointer, agent: A2aAgent) {
  const served = await serve({ checkpointer, agent })
  return { served, binding: jsonRpc(served.card.supportedInterfaces[0]?.url ?? '') }
}

function positions(events: readonly Json[]): readonly number[] {
  return events.map((event) => {
    const payload = Object.values(Object(event))[0]
    return Number(at(payload, 'metadata', replayExtension, 'position'))
  })
}

test('a message that is sent twice, at once and to two servers, is done once', async () => {
  const checkpointer = memoryCheckpointer()
  let turns = 0
  const agent: A2aAgent = {
    async run(turn) {
      turns += 1
      await turn.status(TaskState.TASK_STATE_COMPLETED, `turn ${turns}`)
    },
  }
  const first = await serverOn(checkpointer, agent)
  const second = await serverOn(checkpointer, agent)
  const message = said('once', { messageId: 'the-same' })
  const answers = await Promise.all(
    [first, second, first, second, first].map(({ binding }) => binding.call('SendMessage', message)),
  )
  expect(new Set(answers.map(({ result }) => at(result, 'task', 'id'))).size).toBe(1)
  expect(turns).toBe(1)
  const again = await first.binding.stream('SendStreamingMessage', message)
  expect(await all(again.events)).toMatchObject([
    { task: { status: { state: 'TASK_STATE_SUBMITTED' } } },
    { statusUpdate: { status: { state: 'TASK_STATE_COMPLETED' } } },
  ])
  expect(turns).toBe(1)
})

test('without that, each is done: the control', async () => {
  const served = await serve({ isRepetition: () => false })
  const binding = jsonRpc(served.card.supportedInterfaces[0]?.url ?? '')
  const message = said('twice', { messageId: 'the-same' })
  const ids = [await binding.call('SendMessage', message), await binding.call('SendMessage', message)]
  expect(new Set(ids.map(({ result }) => at(result, 'task', 'id'))).size).toBe(2)
})

test('a stream that was cut goes on at another server, after the last event that was seen, with none lost and none twice', async () => {
  const checkpointer = memoryCheckpointer()
  const going = Promise.withResolvers<void>()
  const agent: A2aAgent = {
    async run(turn) {
      for (let step = 1; step <= 6; step += 1) {
        if (step === 4) await going.promise
        await turn.status(TaskState.TASK_STATE_WORKING, `step ${step}`, { id: `step-${step}` })
      }
      await turn.status(TaskState.TASK_STATE_COMPLETED)
    },
  }
  const first = await serverOn(checkpointer, agent)
  const second = await serverOn(checkpointer, agent)
  const headers = { 'A2A-Extensions': replayExtension }
  const cut = new AbortController()
  const stream = await first.binding.stream('SendStreamingMessage', said('go'), headers, cut.signal)
  const seen: Json[] = []
  for await (const event of stream.events) if (seen.push(event) === 3) break
  cut.abort()
  const id = String(at(seen[0], 'task', 'id'))
  going.resolve()
  const resume = { ...headers, 'Last-Event-ID': String(stream.ids[2]) }
  const rest = await all((await second.binding.stream('SubscribeToTask', { id }, resume)).events)
  expect(rest[0]).toMatchObject({ task: { status: { message: { parts: [{ text: 'step 2' }] } } } })
  const texts = [...seen.slice(1), ...rest.slice(1)].map((event) =>
    at(event, 'statusUpdate', 'status', 'message', 'parts', 0, 'text'),
  )
  expect(texts).toEqual(['step 1', 'step 2', 'step 3', 'step 4', 'step 5', 'step 6', undefined])
  const places = positions([...seen, ...rest.slice(1)])
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  // It has ended since, and still tells those who say where they were.
  const late = await all((await first.binding.stream('SubscribeToTask', { id }, resume)).events)
  expect(late).toEqual(rest)
  for (const odd of ['0', '-1', 'x', '1e9', '9'.repeat(40)]) {
    const answer = await first.binding.stream('SubscribeToTask', { id }, { ...headers, 'Last-Event-ID': odd })
    expect((await all(answer.events)).length).toBeLessThanOrEqual(1)
  }
})

test('a turn of a server that ended is gone on with by the next, and repeats no event', async () => {
  const checkpointer = memoryCheckpointer()
  const attempts: number[] = []
  const agent: A2aAgent = {
    async run(turn) {
      attempts.push(turn.attempt)
      await turn.status(TaskState.TASK_STATE_WORKING, 'begun', { id: 'begun' })
      if (turn.attempt === 1) await new Promise((_, reject) => turn.signal.addEventListener('abort', reject))
      await turn.status(TaskState.TASK_STATE_COMPLETED, 'done')
    },
  }
  const first = await serverOn(checkpointer, agent)
  const begun = await first.binding.call('SendMessage', { ...said('x'), configuration: later })
  const id = at(begun.result, 'task', 'id')
  await vi.waitFor(() => expect(attempts).toEqual([1]))
  await first.served[Symbol.asyncDispose]()
  const second = await serverOn(checkpointer, agent)
  await second.served.swept
  await vi.waitFor(async () => {
    expect((await second.binding.call('GetTask', { id })).result).toMatchObject({
      status: { state: 'TASK_STATE_COMPLETED' },
    })
  })
  expect(attempts).toEqual([1, 2])
  const { result } = await second.binding.call('GetTask', { id })
  const texts = items(at(result, 'history')).map((message) => at(message, 'parts', 0, 'text'))
  expect(texts).toEqual(['x', 'begun'])
})

test('a task never works for ever: an agent that fails, or ends without a word, ends the task', async () => {
  const behaviours: Readonly<Record<string, A2aAgent['run']>> = {
    throws: () => Promise.reject(new Error('oops')),
    silent: () => Promise.resolve(),
    'leaves it working': (turn) => turn.status(TaskState.TASK_STATE_WORKING),
  }
  for (const run of Object.values(behaviours)) {
    const { binding } = await serverOn(memoryCheckpointer(), { run })
    const { result } = await binding.call('SendMessage', said('x'))
    expect(result).toMatchObject({ task: { status: { state: 'TASK_STATE_FAILED' } } })
  }
})

test('a task ends once, whoever ends it', async () => {
  const checkpointer = memoryCheckpointer()
  const agent: A2aAgent = {
    async run(turn) {
      await turn.status(TaskState.TASK_STATE_COMPLETED, 'first')
      await turn.status(TaskState.TASK_STATE_FAILED, 'second')
      await turn.status(TaskState.TASK_STATE_WORKING, 'third')
    },
  }
  const { binding } = await serverOn(checkpointer, agent)
  const stream = await binding.stream('SendStreamingMessage', said('x'))
  const events = await all(stream.events)
  expect(events.slice(1)).toMatchObject([{ statusUpdate: { status: { state: 'TASK_STATE_COMPLETED' } } }])
  const id = at(events[0], 'task', 'id')
  const { result } = await binding.call('GetTask', { id })
  expect(result).toMatchObject({
    status: { state: 'TASK_STATE_COMPLETED', message: { parts: [{ text: 'first' }] } },
  })
})

test('of two servers on one store, one runs the task; cancelling at the other ends it', async () => {
  const checkpointer = memoryCheckpointer()
  let running = 0
  let most = 0
  const agent: A2aAgent = {
    async run(turn) {
      running += 1
      most = Math.max(most, running)
      await turn.status(TaskState.TASK_STATE_WORKING)
      await new Promise<void>((resolve) => turn.signal.addEventListener('abort', () => resolve()))
      running -= 1
    },
  }
  const first = await serverOn(checkpointer, agent)
  const second = await serverOn(checkpointer, agent)
  const begun = await first.binding.call('SendMessage', { ...said('x'), configuration: later })
  const id = at(begun.result, 'task', 'id')
  await second.binding.call('SendMessage', { ...said('more', { taskId: id }), configuration: later })
  expect((await second.binding.call('CancelTask', { id })).result).toMatchObject({
    status: { state: 'TASK_STATE_CANCELED' },
  })
  expect(most).toBe(1)
})

test('what is too large, too deep or no request at all is refused, and the server stands', async () => {
  const served = await serve()
  const url = served.card.supportedInterfaces[0]?.url ?? ''
  const headers = { 'content-type': 'application/json', 'A2A-Version': '1.0' }
  const post = (body: string): Promise<Response> => fetch(url, { method: 'POST', headers, body })
  expect((await post('x'.repeat(17 * 1024 * 1024))).status).toBe(413)
  const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
  const params = `{"message":{"messageId":"d","role":"ROLE_USER","parts":[{"data":${deep}}]}}`
  expect(
    (await post(`{"jsonrpc":"2.0","id":1,"method":"SendMessage","params":${params}}`)).status,
  ).toBeLessThan(600)
  for (const odd of [
    '{"jsonrpc":"2.0","id":{},"method":"GetTask"}',
    '""',
    '1',
    'true',
    '{"__proto__":{"a":1}}',
  ])
    expect(await (await post(odd)).json()).toHaveProperty('error')
  const binding = jsonRpc(url)
  expect((await binding.call('SendMessage', said('still there'))).result).toMatchObject({
    task: { artifacts: [{ parts: [{ text: 'still there' }] }] },
  })
})

test('the demo agent says what it is told, and does what it is asked', async () => {
  const { binding } = await serverOn(memoryCheckpointer(), demoAgent())
  const states = {
    'fail: no': 'FAILED',
    'reject: no': 'REJECTED',
    'ask: what?': 'INPUT_REQUIRED',
    'toString: x': 'COMPLETED',
  }
  for (const [text, state] of Object.entries(states))
    expect((await binding.call('SendMessage', said(text))).result).toMatchObject({
      task: { status: { state: `TASK_STATE_${state}` } },
    })
})
