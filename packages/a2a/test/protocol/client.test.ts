import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { TaskState } from '@a2a-js/sdk'
import { memoryCheckpointer } from '@keepup/checkpoint'
import { type AgentEvent, type Label, type Model, systemClock, trustedLabel } from '@keepup/core'
import { createRuntime } from '@keepup/runtime'
import { expect, onTestFinished, test, vi } from 'vitest'

import {
  connectAgent,
  type ConnectedAgent,
  type FollowedEvent,
  guardedFetch,
  remoteAgent,
  sendAndFollow,
  textPart,
  userMessage,
} from '../../src/protocol/client/index.ts'
import { type A2aAgent, bearerTokens } from '../../src/protocol/server/index.ts'
import { cuttingProxy } from './cutting-proxy.ts'
import { all, cardText, serve } from './served.ts'

vi.setConfig({ testTimeout: 30_000 })

const reach = { allowHosts: ['127.0.0.1'] }
const quick = { reach, firstPause: 2 }

/** Counts to ten, slowly enough to be cut in the middle. */
function countingAgent(turns: string[] = []): A2aAgent {
  return {
    async run(turn) {
      turns.push(turn.task.id)
      for (let step = 1; step <= 10; step += 1) {
        await turn.status(TaskState.TASK_STATE_WORKING, `step ${step}`, { id: `step-${step}` })
        await systemClock.sleep(3)
      }
      await turn.status(TaskState.TASK_STATE_COMPLETED, 'counted')
    },
  }
}

function statesOf(events: readonly FollowedEvent[]): readonly (string | undefined)[] {
  return events.map(({ response: { payload } }) => {
    if (payload?.$case !== 'statusUpdate') return payload?.$case
    const [part] = payload.value.status?.message?.parts ?? []
    return part?.content?.$case === 'text' ? part.content.value : ''
  })
}

const counted = ['task', ...Array.from({ length: 10 }, (_, index) => `step ${index + 1}`), 'counted']

test.each(['JSONRPC', 'HTTP+JSON'] as const)(
  'over %s, a stream that is cut again and again loses no event and repeats none',
  async (binding) => {
    const turns: string[] = []
    const target = await serve({ agent: countingAgent(turns) })
    for (const sizes of [[1], [700, 900, 1_100], [300, 300, 2_500, 10, 1_800], [5_000]]) {
      turns.length = 0
      const { port, cuts } = await cuttingProxy(Number(new URL(target.url).port), sizes)
      const supportedInterfaces = target.card.supportedInterfaces.map((one) => ({
        ...one,
        url: one.url.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`),
      }))
      const agent = await connectAgent(
        { card: { ...target.card, supportedInterfaces } },
        { ...quick, bindings: [binding], retries: 10 },
      )
      const events = await all(sendAndFollow(agent, userMessage([textPart('count')])))
      expect(statesOf(events)).toEqual(counted)
      expect(turns).toHaveLength(1)
      expect(cuts()).toBeGreaterThan(0)
    }
  },
)

test('one client calls an agent of the same process, over HTTP and over gRPC alike', async () => {
  const served = await serve({ agent: countingAgent() }, { grpcPort: 0 })
  const agents = [
    await connectAgent({ local: true, handler: served.handler, caller: 'anonymous' }),
    await connectAgent({ url: served.url }, { ...quick, bindings: ['JSONRPC'] }),
    await connectAgent({ url: served.url }, { ...quick, bindings: ['HTTP+JSON'] }),
    await connectAgent({ url: served.url }, { ...quick, bindings: ['GRPC'] }),
  ]
  for (const agent of agents) {
    expect(statesOf(await all(sendAndFollow(agent, userMessage([textPart('count')]))))).toEqual(counted)
    const { totalSize } = await agent.client.listTasks({
      tenant: '',
      contextId: '',
      status: TaskState.TASK_STATE_UNSPECIFIED,
      pageToken: '',
      statusTimestampAfter: undefined,
    })
    expect(totalSize).toBeGreaterThan(0)
  }
  expect(agents.map(({ host }) => host)).toEqual([
    'in-process',
    ...Array.from({ length: 3 }, () => new URL(served.url).host),
  ])
})

test('headers of whoever calls go over every binding', async () => {
  const authenticators = [bearerTokens({ alice: 'a' })]
  const served = await serve({ authenticators }, { grpcPort: 0 })
  for (const binding of ['JSONRPC', 'HTTP+JSON', 'GRPC'] as const) {
    const known = await connectAgent(
      { url: served.url },
      { ...quick, bindings: [binding], headers: { Authorization: 'Bearer a' } },
    )
    expect(await all(sendAndFollow(known, userMessage([textPart('hi')])))).not.toEqual([])
    const stranger = await connectAgent({ url: served.url }, { ...quick, bindings: [binding], retries: 0 })
    await expect(all(sendAndFollow(stranger, userMessage([textPart('hi')])))).rejects.toMatchObject({
      code: 'request-failed',
    })
  }
})

/** An agent of somebody else: its streams end early, and it can replay nothing. */
async function foreignAgent(): Promise<{ readonly url: string; readonly sends: () => number }> {
  let sends = 0
  const task = (state: string) => ({ id: 't', contextId: 'c', status: { state: `TASK_STATE_${state}` } })
  const server = createServer((request, response) => {
    const { port } = request.socket.address() as AddressInfo
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      if (request.method === 'GET') {
        const supportedInterfaces = [
          { url: `http://127.0.0.1:${port}/`, protocolBinding: 'JSONRPC', protocolVersion: '1.0' },
        ]
        response.end(JSON.stringify({ ...cardText, capabilities: { streaming: true }, supportedInterfaces }))
        return
      }
      const { method, id }: { method: string; id: unknown } = JSON.parse(body)
      const error = {
        code: -32_004,
        message: 'It has ended.',
        data: [{ '@type': 'x', reason: 'UNSUPPORTED_OPERATION', domain: 'x' }],
      }
      if (method === 'SubscribeToTask')
        return void response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ jsonrpc: '2.0', id, error }))
      if (method === 'GetTask')
        return void response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ jsonrpc: '2.0', id, result: task('COMPLETED') }))
      sends += 1
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const begun = `data: ${JSON.stringify({ jsonrpc: '2.0', id, result: { task: task('WORKING') } })}\n\n`
      response.write(body.includes('say nothing') ? ': nothing\n\n' : begun, () => response.destroy())
      return undefined
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sends: () => sends }
}

test('of an agent that cannot replay, the task itself tells how it ended; what may have arrived is not sent again', async () => {
  const { url, sends } = await foreignAgent()
  const agent = await connectAgent({ url }, quick)
  const events = await all(sendAndFollow(agent, userMessage([textPart('x')])))
  expect(events.map(({ snapshot = false, response }) => [snapshot, response.payload?.$case])).toEqual([
    [false, 'task'],
    [true, 'task'],
  ])
  expect(sends()).toBe(1)
  await expect(all(sendAndFollow(agent, userMessage([textPart('say nothing')])))).rejects.toMatchObject({
    code: 'request-failed',
  })
  expect(sends()).toBe(2)
})

test('a card leads nowhere that may not be reached', async () => {
  const { url } = await foreignAgent()
  await expect(connectAgent({ url })).rejects.toMatchObject({ code: 'card-refused' })
  const get = guardedFetch({ resolve: () => Promise.resolve(['10.0.0.1']) })
  await expect(get('https://agent.example/')).rejects.toMatchObject({ code: 'card-refused' })
  for (const host of ['127.0.0.1', '169.254.169.254', '[::1]', 'localhost', '2130706433'])
    await expect(guardedFetch({})(`https://${host}/`)).rejects.toMatchObject({ code: 'card-refused' })
  const served = await serve()
  const inner = served.card.supportedInterfaces.map((one) => ({
    ...one,
    url: 'http://169.254.169.254/latest',
  }))
  const agent = await connectAgent({ card: { ...served.card, supportedInterfaces: inner } }, quick)
  await expect(all(sendAndFollow(agent, userMessage([textPart('x')])))).rejects.toMatchObject({
    code: 'card-refused',
  })
  await expect(connectAgent({ url: 'http://127.0.0.1:1' }, quick)).rejects.toMatchObject({
    code: 'request-failed',
    details: { sent: false },
  })
  await expect(connectAgent({ url: 'nonsense' }, quick)).rejects.toMatchObject({ code: 'request-failed' })
})

/** A remote agent as one of this process, on the real loop. */
function delegate(agent: ConnectedAgent, checkpointer = memoryCheckpointer()) {
  const run = remoteAgent(agent, {
    checkpointer,
    agent: (model: Model) => createRuntime({ model, checkpointer, poll: 5 }).run,
  })
  return { run, checkpointer }
}

function ending(events: readonly AgentEvent[]) {
  const last = events.at(-1)
  return last?.type === 'run-finished' ? last : undefined
}

test('a remote agent is run like one of this process: its answer is labelled as its own, its question is answered in the same task', async () => {
  const served = await serve()
  const agent = await connectAgent({ url: served.url }, quick)
  const { run } = delegate(agent)
  const answered = ending(await all(run({ thread: 'd1', input: 'Hello' })))
  expect(answered?.data).toMatchObject({ outcome: { type: 'completed' }, text: 'Hello' })
  expect(answered?.labels?.default).toMatchObject({
    integrity: 'free-text',
    sources: [`a2a:${agent.host}`, 'user'],
  })
  const asked = ending(await all(run({ thread: 'd2', input: 'ask: which colour?' })))
  expect(asked?.data.text).toBe('which colour?')
  const done = ending(await all(run({ thread: 'd2', input: 'blue' })))
  expect(done?.data.text).toBe('blue')
  const tasks = await agent.client.listTasks({
    tenant: '',
    contextId: '',
    status: TaskState.TASK_STATE_UNSPECIFIED,
    pageToken: '',
    statusTimestampAfter: undefined,
  })
  expect(tasks.totalSize).toBe(2)
  const failed = ending(await all(run({ thread: 'd3', input: 'fail: no luck' })))
  expect(failed?.data.outcome).toMatchObject({ type: 'failed', message: expect.stringMatching(/no luck/) })
})

test('a run that is repeated does not make the remote agent do it again; one that is interrupted cancels it', async () => {
  const turns: string[] = []
  const served = await serve({ agent: countingAgent(turns) })
  const agent = await connectAgent({ url: served.url }, quick)
  // Two stores that know nothing of each other, as after a crash that lost the answer.
  for (const checkpointer of [memoryCheckpointer(), memoryCheckpointer()])
    expect(
      ending(await all(delegate(agent, checkpointer).run({ thread: 'same', input: 'count' })))?.data.text,
    ).toBe('counted')
  expect(turns).toHaveLength(1)
  const waiting = await serve()
  const slow = await connectAgent({ url: waiting.url }, quick)
  const stop = new AbortController()
  const events: AgentEvent[] = []
  for await (const event of delegate(slow).run({ thread: 'slow', input: 'wait: 600', signal: stop.signal })) {
    events.push(event)
    if (event.type === 'model-called') setTimeout(() => stop.abort(new Error('enough')), 200)
  }
  expect(ending(events)?.data.outcome.type).toBe('interrupted')
  await vi.waitFor(async () => {
    const { tasks } = await slow.client.listTasks({
      tenant: '',
      contextId: '',
      status: TaskState.TASK_STATE_UNSPECIFIED,
      pageToken: '',
      statusTimestampAfter: undefined,
    })
    expect(tasks[0]?.status?.state).toBe(TaskState.TASK_STATE_CANCELED)
  })
})

test('what is confidential is not sent to a remote agent', async () => {
  const served = await serve()
  const agent = await connectAgent({ url: served.url }, quick)
  const label: Label = { integrity: 'trusted', sources: ['user'], readers: [], confidential: true }
  await expect(all(delegate(agent).run({ thread: 'c', input: 'secret', label }))).rejects.toMatchObject({
    code: 'tool-denied',
  })
})

test('a task that was left for a remote agent is labelled and judged like one that is said: nothing confidential is sent', async () => {
  const served = await serve()
  const agent = await connectAgent({ url: served.url }, quick)
  const { run, checkpointer } = delegate(agent)
  const leave = (thread: string, label: Label) =>
    checkpointer.signal(
      [
        {
          id: `${thread}/task`,
          thread,
          channel: 'messages',
          type: 'message',
          time: 1,
          by: 'runtime',
          labels: { default: label },
          data: { message: { role: 'user', content: [{ type: 'text', text: 'Hello' }] } },
        },
      ],
      'process',
    )
  await leave('open', trustedLabel)
  const answered = ending(await all(run({ thread: 'open' })))
  expect(answered?.data.text).toBe('Hello')
  expect(answered?.labels?.default).toMatchObject({
    integrity: 'free-text',
    sources: [`a2a:${agent.host}`],
  })
  await leave('secret', { ...trustedLabel, confidential: true })
  const refused = ending(await all(run({ thread: 'secret' })))
  expect(refused?.data.outcome).toMatchObject({
    type: 'failed',
    message: expect.stringMatching(/may not leave/),
  })
  await expect(
    all(run({ thread: 'said', input: 'x', label: { ...trustedLabel, readers: ['ada'] } })),
  ).rejects.toMatchObject({ code: 'tool-denied' })
  const { tasks } = await agent.client.listTasks({
    tenant: '',
    contextId: '',
    status: TaskState.TASK_STATE_UNSPECIFIED,
    pageToken: '',
    statusTimestampAfter: undefined,
  })
  expect(tasks).toHaveLength(1)
})
