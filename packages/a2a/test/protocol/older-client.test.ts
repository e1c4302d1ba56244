import { Buffer } from 'node:buffer'

import { ClientFactory, JsonRpcTransportFactory, RestTransportFactory } from 'a2a-sdk-older/client'
import { expect, test, vi } from 'vitest'

import { at, type Json } from './bindings.ts'
import { all, serve } from './served.ts'

vi.setConfig({ testTimeout: 30_000 })

/** A message as version 0.3 spells it. */
function message(text: string, messageId: string) {
  const parts = [{ kind: 'text' as const, text }]
  return { message: { kind: 'message' as const, role: 'user' as const, messageId, parts } }
}

const transports = { 'JSON-RPC': new JsonRpcTransportFactory(), 'HTTP+JSON': new RestTransportFactory() }

test.each(['JSON-RPC', 'HTTP+JSON'] as const)(
  'a client of 0.3, with the SDK of its time, over %s finds the agent, completes a task, streams, reads and cancels',
  async (name) => {
    const served = await serve()
    const client = await new ClientFactory({ transports: [transports[name]] }).createFromUrl(served.url)
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
  },
)

/** Calls the HTTP+JSON binding as a client of 0.3 that has no SDK. */
async function rest(
  base: string,
  method: string,
  path: string,
  body?: object,
): Promise<readonly [number, Json]> {
  const response = await fetch(`${base}/a2a/rest${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return [response.status, text === '' ? undefined : JSON.parse(text)]
}

function order(content: object, messageId: string, more: object = {}) {
  return {
    message: { messageId, role: 'ROLE_USER', content: [content], ...more },
    configuration: { blocking: true },
  }
}

test('over HTTP+JSON of 0.3, parts, files, notifications and lists have the form of its time', async () => {
  const { url } = await serve()
  const bytes = Buffer.from('tck').toString('base64')
  for (const [prefix, part] of [
    ['artifact-text', { text: 'Generated text content' }],
    ['artifact-data', { data: { data: { key: 'value', count: 42 } } }],
    ['artifact-file', { file: { fileWithBytes: bytes, mimeType: 'text/plain' } }],
    [
      'artifact-file-url',
      { file: { fileWithUri: 'https://example.com/output.txt', mimeType: 'text/plain' } },
    ],
  ] as const) {
    // What it sends is in the form that it gets.
    const [status, answer] = await rest(url, 'POST', '/v1/message:send', order(part, `tck-${prefix}-1`))
    expect([status, at(answer, 'task', 'artifacts', 0, 'parts')]).toEqual([200, [part]])
    expect(at(answer, 'task', 'history', 0, 'content')).toEqual([part])
  }
  const [, reply] = await rest(
    url,
    'POST',
    '/v1/message:send',
    order({ text: 'x' }, 'tck-message-response-1'),
  )
  expect(at(reply, 'message', 'content')).toEqual([{ text: 'Direct message response' }])

  const [, begun] = await rest(url, 'POST', '/v1/message:send', order({ text: 'ask: what?' }, 'asked'))
  expect(at(begun, 'task', 'status')).toMatchObject({
    state: 'TASK_STATE_INPUT_REQUIRED',
    message: { role: 'ROLE_AGENT', content: [{ text: 'what?' }] },
  })
  const task = `/v1/tasks/${String(at(begun, 'task', 'id'))}`
  const hook = {
    name: `${task.slice('/v1/'.length)}/pushNotificationConfigs/hook`,
    pushNotificationConfig: {
      id: 'hook',
      url: 'http://localhost:1/hook',
      authentication: { schemes: ['Bearer'], credentials: 'secret' },
    },
  }
  expect(await rest(url, 'POST', `${task}/pushNotificationConfigs`, hook)).toEqual([201, hook])
  expect(await rest(url, 'GET', `${task}/pushNotificationConfigs/hook`)).toEqual([200, hook])
  expect(await rest(url, 'GET', `${task}/pushNotificationConfigs`)).toEqual([200, { configs: [hook] }])
  expect(await rest(url, 'DELETE', `${task}/pushNotificationConfigs/hook`)).toEqual([204, undefined])
  const [, listed] = await rest(url, 'GET', '/v1/tasks')
  expect(at(listed, 'tasks')).toHaveLength(5)
  expect(at(await rest(url, 'POST', `${task}:cancel`), 1, 'status', 'state')).toBe('TASK_STATE_CANCELLED')
})

test('over HTTP+JSON of 0.3, what makes no sense is refused in the form of its time', async () => {
  const { url } = await serve()
  const [same] = await rest(url, 'POST', '/v1/message:send', { request: order({ text: 'x' }, 'c').message })
  expect(same).toBe(200)
  for (const body of [
    undefined,
    {},
    { request: 7 },
    { request: { content: 'x' } },
    order({ file: 7 }, 'a'),
  ]) {
    const [status, refusal] = await rest(url, 'POST', '/v1/message:send', body)
    expect([status, typeof at(refusal, 'code'), typeof at(refusal, 'message')]).toEqual([
      400,
      'number',
      'string',
    ])
  }
  expect(at(await rest(url, 'GET', '/v1/tasks/none'), 1, 'code')).toBe(-32_001)
  const [missing, hint] = await rest(url, 'POST', '/message:send', order({ text: 'x' }, 'b'))
  expect([missing, at(hint, 'message')]).toEqual([404, expect.stringContaining('/v1')])
})
