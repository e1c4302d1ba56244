import { describe, expect, test, vi } from 'vitest'

import { at, items, type Json } from '../bindings.ts'
import { said } from '../served.ts'
import { names, openScene, refusal } from './scene.ts'

vi.setConfig({ testTimeout: 30_000 })

const { using, taskOf } = openScene()

describe.each(names)('tasks over %s', (name) => {
  test('CORE-GET-001: a task is read as it is', async () => {
    const task = await taskOf(using(name), 'tck-artifact-data')
    const { result } = await using(name).call('GetTask', { id: at(task, 'id') })
    expect(result).toMatchObject({
      id: at(task, 'id'),
      status: { state: 'TASK_STATE_COMPLETED' },
      artifacts: [{ parts: [{ data: { key: 'value', count: 42 } }] }],
    })
  })

  test('CORE-GET-002 CORE-CANCEL-003 CORE-MULTI-004 STREAM-SUB-004: a task that is not there is not found, whatever is asked of it', async () => {
    for (const id of ['tck-nonexistent', 'f'.repeat(32), '../etc', 'a b', '%']) {
      const expected = refusal(name, 'TASK_NOT_FOUND')
      const encoded = name === 'HTTP+JSON' ? encodeURIComponent(id) : id
      expect(await using(name).call('GetTask', { id: encoded })).toMatchObject(expected)
      expect(await using(name).call('CancelTask', { id: encoded })).toMatchObject(expected)
      expect(await using(name).call('SendMessage', said('x', { taskId: id }))).toMatchObject(expected)
      const { refused } = await using(name).stream('SubscribeToTask', { id: encoded })
      expect(refused).toMatchObject(expected)
    }
  })

  test('CORE-LIST-002 CORE-LIST-003 CORE-LIST-004: lists are in pages, newest first, and say when there is no more', async () => {
    const contextId = `pages-${name}`
    for (let made = 0; made < 3; made += 1) await taskOf(using(name), 'tck-artifact-text', { contextId })
    const seen: Json[] = []
    let pageToken = ''
    do {
      const { result } = await using(name).call('ListTasks', { contextId, pageSize: 2, pageToken })
      expect(result).toMatchObject({ pageSize: 2, totalSize: 3, nextPageToken: expect.any(String) })
      seen.push(...items(at(result, 'tasks')))
      pageToken = String(at(result, 'nextPageToken'))
    } while (pageToken !== '')
    const times = seen.map((task) => Date.parse(String(at(task, 'status', 'timestamp'))))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    expect(new Set(seen.map((task) => at(task, 'id'))).size).toBe(3)
    const filtered = await using(name).call('ListTasks', { contextId, status: 'TASK_STATE_CANCELED' })
    expect(items(at(filtered.result, 'tasks'))).toEqual([])
  })

  test('CORE-LIST-005: artifacts are only listed where they are asked for', async () => {
    const contextId = `artifacts-${name}`
    await taskOf(using(name), 'tck-artifact-text', { contextId })
    const short = await using(name).call('ListTasks', { contextId })
    expect(at(short.result, 'tasks', 0)).not.toHaveProperty('artifacts')
    const whole = await using(name).call('ListTasks', { contextId, includeArtifacts: true })
    expect(at(whole.result, 'tasks')).toMatchObject([
      { artifacts: [{ parts: [{ text: 'Generated text content' }] }] },
    ])
  })

  test('CORE-CANCEL-001: a task that waits, and one that works, is cancelled', async () => {
    const { id } = await taskOf(using(name), 'tck-input-required')
    expect((await using(name).call('CancelTask', { id })).result).toMatchObject({
      id,
      status: { state: 'TASK_STATE_CANCELED' },
    })
    const configuration = { returnImmediately: true }
    const { result } = await using(name).call('SendMessage', { ...said('wait: 3600'), configuration })
    const working = at(result, 'task', 'id')
    expect((await using(name).call('CancelTask', { id: working })).result).toMatchObject({
      status: { state: 'TASK_STATE_CANCELED' },
    })
    // Once more changes nothing.
    expect((await using(name).call('CancelTask', { id })).result).toMatchObject({
      status: { state: 'TASK_STATE_CANCELED' },
    })
  })

  test('CORE-CANCEL-002: a task that has ended is not cancelled', async () => {
    const { id } = await taskOf(using(name), 'tck-complete-task')
    expect(await using(name).call('CancelTask', { id })).toMatchObject(refusal(name, 'TASK_NOT_CANCELABLE'))
  })
})
