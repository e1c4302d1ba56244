import { describe, expect, test, vi } from 'vitest'

import { at, items } from '../bindings.ts'
import { said } from '../served.ts'
import { names, openScene, refusal } from './scene.ts'

vi.setConfig({ testTimeout: 30_000 })

const { using, taskOf } = openScene()

describe.each(names)('messages over %s', (name) => {
  test('CORE-SEND-001 DM-TASK-001 CORE-MULTI-003 DM-STATUS-001: sending gives a task or a message', async () => {
    const task = await taskOf(using(name), 'tck-complete-task')
    const other = await taskOf(using(name), 'tck-complete-task')
    expect(task).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      contextId: expect.any(String),
      status: { state: 'TASK_STATE_COMPLETED', message: { parts: [{ text: 'Hello from TCK' }] } },
    })
    expect(at(other, 'id')).not.toBe(at(task, 'id'))
    const { result } = await using(name).call(
      'SendMessage',
      said('x', { messageId: 'tck-message-response-1' }),
    )
    expect(result).toMatchObject({
      message: { role: 'ROLE_AGENT', parts: [{ text: 'Direct message response' }] },
    })
  })

  test('CORE-SEND-002: a task that has ended takes no message', async () => {
    const { id } = await taskOf(using(name), 'tck-complete-task')
    const answer = await using(name).call('SendMessage', said('more', { taskId: id }))
    expect(answer).toMatchObject(refusal(name, 'UNSUPPORTED_OPERATION'))
  })

  test('CORE-SEND-003: a type that the card does not name is refused', async () => {
    const parts = [{ raw: 'dGNr', mediaType: 'application/x-unsupported-tck-type' }]
    const answer = await using(name).call('SendMessage', said('', { parts }))
    expect(answer).toMatchObject(refusal(name, 'CONTENT_TYPE_NOT_SUPPORTED'))
  })

  test('CORE-EXECUTION-MODE-001: sending waits for the end, or until the agent waits', async () => {
    const { result } = await using(name).call('SendMessage', said('wait: 1'))
    expect(result).toMatchObject({ task: { status: { state: 'TASK_STATE_COMPLETED' } } })
    expect(await taskOf(using(name), 'tck-input-required')).toMatchObject({
      status: { state: 'TASK_STATE_INPUT_REQUIRED' },
    })
    expect(await taskOf(using(name), 'tck-auth-required')).toMatchObject({
      status: { state: 'TASK_STATE_AUTH_REQUIRED' },
    })
  })

  test('CORE-EXECUTION-MODE-002: sending does not wait where that is asked for', async () => {
    const configuration = { returnImmediately: true }
    const { result } = await using(name).call('SendMessage', { ...said('wait: 3600'), configuration })
    const id = at(result, 'task', 'id')
    expect(['TASK_STATE_SUBMITTED', 'TASK_STATE_WORKING']).toContain(at(result, 'task', 'status', 'state'))
    await using(name).call('CancelTask', { id })
  })

  test('CORE-MULTI-001 CORE-MULTI-002 CORE-MULTI-005 CORE-MULTI-006: contexts are made, kept, found and held to', async () => {
    const made = await taskOf(using(name), 'tck-input-required')
    expect(at(made, 'contextId')).toMatch(/./)
    const kept = await taskOf(using(name), 'tck-complete-task', { contextId: 'mine' })
    expect(kept).toMatchObject({ contextId: 'mine' })
    const wrong = await using(name).call(
      'SendMessage',
      said('x', { taskId: at(made, 'id'), contextId: 'another' }),
    )
    expect(wrong).toMatchObject(refusal(name, 'INVALID_PARAMS'))
    const { result } = await using(name).call('SendMessage', said('x', { taskId: at(made, 'id') }))
    expect(result).toMatchObject({
      task: {
        id: at(made, 'id'),
        contextId: at(made, 'contextId'),
        status: { state: 'TASK_STATE_COMPLETED' },
      },
    })
  })

  test('CORE-HIST-001 CORE-HIST-002 CORE-HIST-003 CORE-HIST-004 CORE-HIST-005 CORE-HIST-006: the history is what was said, in order, and as long as asked', async () => {
    const { id } = await taskOf(using(name), 'tck-input-required')
    // The kit says several things under one id.
    for (const text of ['First', 'Second'])
      await using(name).call('SendMessage', said(text, { taskId: id, messageId: 'tck-input-required-1' }))
    const configuration = { historyLength: 0 }
    const last = await using(name).call('SendMessage', { ...said('Third', { taskId: id }), configuration })
    expect(at(last.result, 'task', 'history') ?? []).toEqual([])
    const { result } = await using(name).call('GetTask', { id })
    const texts = items(at(result, 'history')).map((message) => at(message, 'parts', 0, 'text'))
    const question = 'What else?'
    expect(texts).toEqual(['TCK', question, 'First', question, 'Second', question, 'Third'])
    const one = await using(name).call('GetTask', { id, historyLength: 1 })
    expect(at(one.result, 'history')).toMatchObject([{ parts: [{ text: 'Third' }] }])
    expect(at((await using(name).call('GetTask', { id, historyLength: 0 })).result, 'history') ?? []).toEqual(
      [],
    )
  })

  test('DM-TASK-002 DM-MSG-001 DM-MSG-002 DM-PART-001 DM-ART-001: states, messages, parts and artifacts have the fields that they must', async () => {
    const kinds = [
      ['tck-artifact-text', { text: 'Generated text content' }],
      ['tck-artifact-file', { raw: 'dGNr', filename: 'output.txt', mediaType: 'text/plain' }],
      ['tck-artifact-file-url', { url: 'https://example.com/output.txt', filename: 'output.txt' }],
      ['tck-artifact-data', { data: { key: 'value', count: 42 } }],
    ] as const
    for (const [prefix, part] of kinds) {
      const task = await taskOf(using(name), prefix)
      expect(task).toMatchObject({
        status: { state: 'TASK_STATE_COMPLETED' },
        artifacts: [{ artifactId: expect.stringMatching(/./), parts: [part] }],
        history: [{ messageId: `${prefix}-1`, role: 'ROLE_USER', parts: [{ text: 'TCK' }] }],
      })
    }
    expect(await taskOf(using(name), 'tck-reject-task')).toMatchObject({
      status: { state: 'TASK_STATE_REJECTED' },
    })
    expect(await taskOf(using(name), 'tck-task-failure')).toMatchObject({
      status: { state: 'TASK_STATE_FAILED' },
    })
  })

  test('DM-SERIAL-001 DM-SERIAL-002 DM-SERIAL-003 DM-SERIAL-004 DM-SERIAL-005: JSON is camelCase, with names for states, moments in UTC, and takes what it does not know', async () => {
    const params = { ...said('x'), somethingNew: { of: 'version 2' } }
    const { result } = await using(name).call('SendMessage', params)
    const text = JSON.stringify(result)
    expect(text).not.toMatch(/"[a-z]+(_[a-z]+)+":/)
    expect(result).toMatchObject({
      task: {
        status: {
          state: 'TASK_STATE_COMPLETED',
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        },
        history: [{ role: 'ROLE_USER', messageId: expect.any(String), parts: [{ text: 'x' }] }],
      },
    })
  })
})
