import { ClientFactory } from 'a2a-sdk-older/client'
import { expect, test, vi } from 'vitest'

import { at, type Json } from './bindings.ts'
import { all, serve } from './served.ts'

vi.setConfig({ testTimeout: 30_000 })

/** A message as version 0.3 spells it. */
function message(text: string, messageId: string) {
  const parts = [{ kind: 'text' as const, text }]
  return { message: { kind: 'message' as const, role: 'user' as const, messageId, parts } }
}

test('a client of 0.3, with the SDK of its time, finds the agent, completes a task, streams, reads and cancels', async () => {
  const served = await serve()
  const client = await new ClientFactory().createFromUrl(served.url)
  const sent: Json = await client.sendMessage(message('Hello', 'older-1'))
  expect(sent).toMatchObject({
    kind: 'task',
    status: { state: 'completed' },
    artifacts: [{ parts: [{ kind: 'text', text: 'Hello' }] }],
  })
  const events = await all<Json>(client.sendMessageStream(message('stream: one two', 'older-2')))
  expect(events.map((event) => at(event, 'kind'))).toEqual([
    'task',
    'status-update',
    'artifact-update',
    'artifact-update',
    'status-update',
  ])
  expect(events.at(-1)).toMatchObject({ final: true, status: { state: 'completed' } })
  const id = String(at(sent, 'id'))
  expect(await client.getTask({ id })).toMatchObject({ id, status: { state: 'completed' } })
  const waiting: Json = await client.sendMessage(message('ask: what?', 'older-3'))
  expect(waiting).toMatchObject({ status: { state: 'input-required' } })
  const open = String(at(waiting, 'id'))
  expect(await client.cancelTask({ id: open })).toMatchObject({ status: { state: 'canceled' } })
  await expect(client.cancelTask({ id })).rejects.toThrow(/cancel/i)
})
