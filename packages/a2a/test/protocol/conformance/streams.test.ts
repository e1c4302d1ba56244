import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { describe, expect, test, vi } from 'vitest'

import { at, type Json } from '../bindings.ts'
import { all, said } from '../served.ts'
import { names, openScene, payloads, refusal } from './scene.ts'

vi.setConfig({ testTimeout: 30_000 })

const { using, taskOf } = openScene()

describe.each(names)('streams over %s', (name) => {
  test('CORE-STREAM-001 CORE-STREAM-003 STREAM-ORDER-001: a stream is the task, then what happens, to its end', async () => {
    const stream = await using(name).stream(
      'SendStreamingMessage',
      said('x', { messageId: 'tck-stream-003-1' }),
    )
    const events = await all(stream.events)
    expect(payloads(events)).toEqual(['task', 'statusUpdate', 'artifactUpdate', 'statusUpdate'])
    expect(events[0]).toMatchObject({ task: { status: { state: 'TASK_STATE_SUBMITTED' } } })
    expect(events[1]).toMatchObject({ statusUpdate: { status: { state: 'TASK_STATE_WORKING' } } })
    expect(events[2]).toMatchObject({
      artifactUpdate: { artifact: { parts: [{ text: 'Stream task lifecycle' }] } },
    })
    expect(events[3]).toMatchObject({ statusUpdate: { status: { state: 'TASK_STATE_COMPLETED' } } })
  })

  test('CORE-STREAM-002: an answer without a task is the whole stream', async () => {
    const stream = await using(name).stream(
      'SendStreamingMessage',
      said('x', { messageId: 'tck-message-response-2' }),
    )
    expect(await all(stream.events)).toMatchObject([
      { message: { parts: [{ text: 'Direct message response' }] } },
    ])
  })

  test('PUSH-CREATE-001 PUSH-CREATE-002 PUSH-GET-001 PUSH-GET-002 PUSH-LIST-001 PUSH-DEL-001 PUSH-DEL-002: where notifications go is kept, found, listed and forgotten', async () => {
    const binding = using(name)
    const { id: taskId } = await taskOf(binding, 'tck-complete-task')
    const config = { taskId, id: 'one', url: 'https://example.com/hook' }
    const made = await binding.call('CreateTaskPushNotificationConfig', config)
    expect(made.result).toMatchObject({ id: 'one', taskId, url: 'https://example.com/hook' })
    const unnamed = await binding.call('CreateTaskPushNotificationConfig', {
      taskId,
      url: 'https://example.com/2',
    })
    expect(unnamed.result).toMatchObject({ id: expect.stringMatching(/./) })
    expect((await binding.call('GetTaskPushNotificationConfig', { taskId, id: 'one' })).result).toMatchObject(
      config,
    )
    const missing = await binding.call('GetTaskPushNotificationConfig', { taskId, id: 'none' })
    expect(missing).toMatchObject(refusal(name, 'TASK_NOT_FOUND'))
    const listed = await binding.call('ListTaskPushNotificationConfigs', { taskId })
    expect(at(listed.result, 'configs')).toHaveLength(2)
    for (let times = 0; times < 2; times += 1)
      expect(
        await binding.call('DeleteTaskPushNotificationConfig', { taskId, id: 'one' }),
      ).not.toHaveProperty('reason')
    expect(await binding.call('GetTaskPushNotificationConfig', { taskId, id: 'one' })).toMatchObject({
      reason: 'TASK_NOT_FOUND',
    })
  })

  test('PUSH-DELIVER-001 PUSH-DELIVER-002 PUSH-DELIVER-003: notifications are delivered, with their credentials, as events of a stream', async () => {
    const got: { readonly headers: Json; readonly body: Json }[] = []
    const hook = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
      request.on('end', () => {
        got.push({ headers: request.headers, body: JSON.parse(body) })
        response.end()
      })
    })
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve))
    const url = `http://localhost:${(hook.address() as AddressInfo).port}/hook`
    const taskPushNotificationConfig = {
      id: 'p',
      url,
      token: 't0',
      authentication: { scheme: 'Bearer', credentials: 'secret' },
    }
    const begun = await using(name).call('SendMessage', {
      ...said('x', { messageId: 'tck-input-required-p' }),
      configuration: { taskPushNotificationConfig },
    })
    const taskId = at(begun.result, 'task', 'id')
    await using(name).call('SendMessage', said('x', { messageId: 'tck-complete-task-p', taskId }))
    await vi.waitFor(
      () =>
        expect(got.map(({ body }) => at(body, 'statusUpdate', 'status', 'state'))).toEqual([
          'TASK_STATE_INPUT_REQUIRED',
          'TASK_STATE_COMPLETED',
        ]),
      10_000,
    )
    expect(got[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'x-a2a-notification-token': 't0',
      'content-type': 'application/a2a+json',
    })
    expect(got[1]?.body).toMatchObject({ statusUpdate: { taskId } })
    hook.close()
  })

  test('STREAM-SUB-001 STREAM-SUB-002 STREAM-ORDER-002 STREAM-ORDER-003 STREAM-ORDER-004: all who subscribe see the task, then the same events in the same order, whoever leaves', async () => {
    const binding = using(name)
    const { id } = await taskOf(binding, 'tck-input-required')
    const leaving = new AbortController()
    const left = await binding.stream('SubscribeToTask', { id }, {}, leaving.signal)
    const streams = [
      await binding.stream('SubscribeToTask', { id }),
      await binding.stream('SubscribeToTask', { id }),
    ]
    expect((await left.events.next()).value).toMatchObject({ task: { id } })
    leaving.abort()
    const reading = Promise.all(streams.map(({ events }) => all(events)))
    await binding.call('SendMessage', said('x', { messageId: 'tck-stream-003-2', taskId: id }))
    const [first, second] = await reading
    expect(payloads(first ?? [])).toEqual(['task', 'statusUpdate', 'artifactUpdate', 'statusUpdate'])
    expect(first?.at(-1)).toMatchObject({ statusUpdate: { status: { state: 'TASK_STATE_COMPLETED' } } })
    expect(second).toEqual(first)
    await expect(left.events.next()).rejects.toThrow(/./)
  })

  test('STREAM-SUB-003: a task that has ended is not subscribed to', async () => {
    const { id } = await taskOf(using(name), 'tck-complete-task')
    const { refused } = await using(name).stream('SubscribeToTask', { id })
    expect(refused).toMatchObject(refusal(name, 'UNSUPPORTED_OPERATION'))
  })
})
