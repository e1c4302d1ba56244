import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { memoryCheckpointer } from '@keepup/checkpoint'
import { type Checkpointer, systemClock } from '@keepup/core'
import { expect, onTestFinished, test, vi } from 'vitest'

import { createPushOutbox, type OutboxParts } from '../../src/protocol/server/push/push-outbox.ts'
import { createTaskJournal } from '../../src/protocol/task/task-journal.ts'
import { at, type Json, jsonRpc } from './bindings.ts'
import { said, serve } from './served.ts'

vi.setConfig({ testTimeout: 30_000 })

/** A webhook that answers as it is told, then with 200. */
async function openHook(statuses: readonly number[] = [], headers: Readonly<Record<string, string>> = {}) {
  const got: Json[] = []
  let asked = 0
  const server: Server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      const status = statuses[asked] ?? 200
      asked += 1
      if (status === 200) got.push(JSON.parse(body))
      response.writeHead(status, headers).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo // it listens on a port
  return { got, asked: () => asked, port, url: `http://127.0.0.1:${port}/hook` }
}

/** A task that has ended, with two events that a webhook was to be told of and was not. */
async function unsent(checkpointer: Checkpointer, url: string, wire = '1.0'): Promise<string> {
  const journal = createTaskJournal(checkpointer, systemClock)
  const thread = `a2a-task-${'0'.repeat(24)}-${'1'.repeat(32)}`
  const data = {
    task: '1'.repeat(32),
    contextId: 'c',
    caller: 'x',
    tenant: '',
    wire,
    timestamp: '2026-01-01T00:00:00.000Z',
  }
  const message = { messageId: 'm', role: 'ROLE_USER', parts: [{ text: 'x' }] }
  const status = (state: string) => ({ state: `TASK_STATE_${state}`, timestamp: '2026-01-01T00:00:01.000Z' })
  await journal.create(thread, [
    { type: 'a2a/task-submitted', data: { ...data, message } },
    { type: 'a2a/push-set', data: { wire, config: { id: 'p', url, token: 'a\r\nX-Evil: 1' } } },
    { type: 'a2a/status-changed', data: { status: status('WORKING'), through: 1, settles: false } },
    { type: 'a2a/task-ended', data: { status: status('COMPLETED'), through: 1 } },
  ])
  return thread
}

/** Sends what is unsent, and says what became of it. */
async function empty(
  checkpointer: Checkpointer,
  thread: string,
  parts: Partial<OutboxParts> = {},
): Promise<readonly Json[]> {
  const journal = createTaskJournal(checkpointer, systemClock)
  const rules = { allowHosts: ['127.0.0.1'] }
  const outbox = createPushOutbox({
    journal,
    clock: systemClock,
    rules,
    note: () => {},
    firstPause: 5,
    ...parts,
  })
  outbox.notify(thread)
  await vi.waitFor(() => expect(outbox.busy).toBe(0), 20_000)
  await outbox[Symbol.asyncDispose]()
  const settled: Json[] = []
  for await (const { type, data } of checkpointer.log(thread))
    if (type === 'a2a/push-settled') settled.push(data)
  return settled
}

test('a webhook that fails is tried again, in order, until it takes what there is', async () => {
  const checkpointer = memoryCheckpointer()
  const hook = await openHook([503, 500, 429])
  const thread = await unsent(checkpointer, hook.url)
  expect(await empty(checkpointer, thread)).toMatchObject([
    { outcome: 'delivered', attempts: 4 },
    { outcome: 'delivered', attempts: 1 },
  ])
  expect(hook.got.map((body) => at(body, 'statusUpdate', 'status', 'state'))).toEqual([
    'TASK_STATE_WORKING',
    'TASK_STATE_COMPLETED',
  ])
  // Once it is settled, nothing is sent again.
  await empty(checkpointer, thread)
  expect(hook.got).toHaveLength(2)
})

test('a webhook that refuses, redirects or never works is given up, and that is written down', async () => {
  const inner = await openHook()
  for (const status of [404, 401, 302]) {
    const checkpointer = memoryCheckpointer()
    const hook = await openHook([status, status], { location: inner.url })
    const settled = await empty(checkpointer, await unsent(checkpointer, hook.url))
    expect(settled[0]).toMatchObject({
      outcome: 'given-up',
      attempts: 1,
      reason: expect.stringContaining(String(status)),
    })
  }
  expect(inner.asked()).toBe(0)
  const checkpointer = memoryCheckpointer()
  const hook = await openHook(Array.from({ length: 20 }, () => 500))
  const settled = await empty(checkpointer, await unsent(checkpointer, hook.url), { mostAttempts: 3 })
  expect(settled).toMatchObject([
    { outcome: 'given-up', attempts: 3 },
    { outcome: 'given-up', attempts: 3 },
  ])
  expect(hook.asked()).toBe(6)
})

test('what a server that is gone left unsent, the next one sends', async () => {
  const checkpointer = memoryCheckpointer()
  const hook = await openHook()
  await unsent(checkpointer, hook.url)
  const served = await serve({ checkpointer })
  await served.swept
  await vi.waitFor(() => expect(hook.got).toHaveLength(2), 10_000)
})

test('two that send at once do not send twice', async () => {
  const checkpointer = memoryCheckpointer()
  const hook = await openHook()
  const thread = await unsent(checkpointer, hook.url)
  await Promise.all([empty(checkpointer, thread), empty(checkpointer, thread)])
  expect(hook.got).toHaveLength(2)
})

test('nothing is sent into private networks: not by address, not by name, not by a name that changes its mind', async () => {
  const hook = await openHook()
  const served = await serve({ push: { allowHosts: [] } })
  const binding = jsonRpc(served.card.supportedInterfaces[0]?.url ?? '')
  const made = await binding.call('SendMessage', said('x', { messageId: 'tck-input-required-push' }))
  const taskId = at(made.result, 'task', 'id')
  const hosts = [
    '127.0.0.1',
    'localhost',
    '169.254.169.254',
    '10.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '0x7f.1',
    '2130706433',
    'x.localhost',
    '0.0.0.0',
    '[fe80::1]',
  ]
  for (const host of hosts)
    expect(
      await binding.call('CreateTaskPushNotificationConfig', { taskId, url: `https://${host}/` }),
    ).toMatchObject({ reason: 'INVALID_PARAMS' })
  for (const url of [
    'http://example.com/',
    'file:///etc/passwd',
    'https://user:pass@example.com/',
    'gopher://example.com',
    '',
    'x',
  ])
    expect(await binding.call('CreateTaskPushNotificationConfig', { taskId, url })).toMatchObject({
      reason: 'INVALID_PARAMS',
    })
  const inline = {
    ...said('x'),
    configuration: { taskPushNotificationConfig: { url: 'https://127.0.0.1/' } },
  }
  expect(await binding.call('SendMessage', inline)).toMatchObject({ reason: 'INVALID_PARAMS' })
  // Names are judged by what they lead to, once, and that is where the request goes.
  let asked = 0
  const resolve = (): Promise<readonly string[]> => {
    asked += 1
    return Promise.resolve(asked % 2 === 1 ? ['127.0.0.1'] : ['93.184.216.34'])
  }
  const checkpointer = memoryCheckpointer()
  const thread = await unsent(checkpointer, `https://rebinding.example:${hook.port}/`)
  const mixed = await empty(checkpointer, thread, { rules: { allowHosts: [], resolve }, mostAttempts: 1 })
  expect(mixed[0]).toMatchObject({
    outcome: 'given-up',
    attempts: 1,
    reason: expect.stringContaining('127.0.0.1'),
  })
  expect(hook.asked()).toBe(0)
})

test('a webhook of 0.3 is told in the form of 0.3, and no header is smuggled in', async () => {
  const checkpointer = memoryCheckpointer()
  const hook = await openHook()
  await empty(checkpointer, await unsent(checkpointer, hook.url, '0.3'))
  expect(hook.got.at(-1)).toMatchObject({ kind: expect.stringMatching(/^(task|status-update)$/) })
})
