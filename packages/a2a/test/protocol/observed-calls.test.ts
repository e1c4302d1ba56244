import type { ObservedCall } from '@keepup/core'
import { expect, test, vi } from 'vitest'

import { connectAgent, sendAndFollow, textPart, userMessage } from '../../src/protocol/client/index.ts'
import { at, type Json } from './bindings.ts'
import { all, serve } from './served.ts'

vi.setConfig({ testTimeout: 30_000 })

const reach = { allowHosts: ['127.0.0.1'] }
const under = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

async function scene() {
  const calls: ObservedCall[] = []
  const observe = (call: ObservedCall): void => void calls.push(call)
  const served = await serve({ observe }, { grpcPort: 0 })
  return { served, calls, observe, of: (side: string) => calls.filter((call) => call.side === side) }
}

test.each(['JSONRPC', 'HTTP+JSON', 'GRPC', 'in-process'] as const)(
  'over %s, what the server sees of a call stands below what the client sees of it, and tells no text',
  async (binding) => {
    const { served, calls, observe, of } = await scene()
    const options = { reach, observe, under: () => under }
    const agent =
      binding === 'in-process'
        ? await connectAgent({ local: true, handler: served.handler, caller: 'me' }, options)
        : await connectAgent({ url: served.url }, { ...options, bindings: [binding] })
    const message = userMessage([textPart('SECRET words')], { messageId: 'm1', contextId: 'c1' })
    const task: Json = await agent.client.sendMessage({
      tenant: '',
      message,
      configuration: undefined,
      metadata: undefined,
    })
    const [client] = of('client')
    await vi.waitFor(() => expect(of('server')).toHaveLength(1))
    const [server] = of('server')
    expect(client).toMatchObject({ method: 'SendMessage', under })
    expect(server).toMatchObject({ method: 'SendMessage', under: client?.traceparent })
    expect(server?.traceparent.split('-')[1]).toBe('a'.repeat(32))
    for (const call of [client, server]) {
      expect(call?.error).toBeUndefined()
      expect(call?.end).toBeGreaterThanOrEqual(call?.start ?? Infinity)
      expect(call?.attributes).toMatchObject({
        'a2a.method.name': 'SendMessage',
        'a2a.protocol.version': '1.0',
        'a2a.message.id': 'm1',
        'a2a.task.id': at(task, 'id'),
        'a2a.task.state': 'TASK_STATE_COMPLETED',
        'gen_ai.conversation.id': 'c1',
      })
    }
    expect(JSON.stringify(calls)).not.toContain('SECRET')
  },
)

test('a stream is one call, told of when it ends or is left, and one that fails says by what', async () => {
  const { served, of, observe } = await scene()
  const agent = await connectAgent({ url: served.url }, { reach, observe })
  await all(sendAndFollow(agent, userMessage([textPart('stream: a b c')])))
  expect(of('client')).toMatchObject([
    { method: 'SendStreamingMessage', attributes: { 'a2a.task.state': 'TASK_STATE_COMPLETED' } },
  ])
  // Nobody said under what it stands.
  expect(of('client')[0]).not.toHaveProperty('under')
  const events = agent.client.sendMessageStream({
    tenant: '',
    message: userMessage([textPart('wait: 60')]),
    configuration: undefined,
    metadata: undefined,
  })
  await events.next()
  await events.return()
  expect(of('client')).toHaveLength(2)
  await expect(agent.client.getTask({ id: 'none', tenant: '' })).rejects.toThrow(/no task/i)
  const [failed] = of('client').slice(-1)
  expect(failed?.error).toMatch(/TaskNotFound/)
  expect(failed?.attributes).toMatchObject({ 'a2a.method.name': 'GetTask', 'a2a.task.id': 'none' })
  await vi.waitFor(() => expect(of('server').at(-1)?.error).toMatch(/TaskNotFound/))
})

test('what a caller says of where it stands is believed only where it is a place', async () => {
  const { served, of } = await scene()
  for (const traceparent of ['nonsense', `00-${'0'.repeat(3)}-1-01`, under]) {
    await fetch(`${served.url}/a2a/rest/tasks/none`, { headers: { 'A2A-Version': '1.0', traceparent } })
  }
  await vi.waitFor(() => expect(of('server')).toHaveLength(3))
  expect(of('server').map((call) => call.under)).toEqual([undefined, undefined, under])
})
