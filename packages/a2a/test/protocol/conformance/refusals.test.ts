import { describe, expect, test, vi } from 'vitest'

import { said } from '../served.ts'
import { names, openScene, refusal } from './scene.ts'

vi.setConfig({ testTimeout: 30_000 })

const { using, usingBare } = openScene()

describe.each(names)('refusals over %s', (name) => {
  test('CORE-ERR-001 CORE-ERR-002: what is not valid is refused, and told why', async () => {
    const wrong = [
      {},
      said('x', { messageId: '' }),
      said('x', { messageId: 'a'.repeat(300) }),
      said('x', { messageId: 'line\nbreak' }),
      said('x', { parts: [] }),
      said('x', { parts: [{}] }),
      said('x', { role: 'ROLE_AGENT' }),
    ]
    for (const params of wrong) {
      const answer = await using(name).call('SendMessage', params)
      expect(answer).toMatchObject(refusal(name, 'INVALID_PARAMS'))
      expect(answer.message).toMatch(/message/)
    }
    for (const params of [{ pageSize: 0 }, { pageSize: 101 }, { pageToken: 'nonsense' }])
      expect(await using(name).call('ListTasks', params)).toMatchObject(refusal(name, 'INVALID_PARAMS'))
    expect(await using(name).call('GetTask', { id: name === 'HTTP+JSON' ? '%20' : ' ' })).toMatchObject(
      refusal(name, 'INVALID_PARAMS'),
    )
  })

  test('CORE-CAP-001 CORE-CAP-002 CORE-CAP-003: what the card does not offer is refused', async () => {
    const binding = usingBare(name)
    const headers = { 'A2A-Extensions': 'urn:test:needed' }
    const push = { taskId: 'x', url: 'https://example.com' }
    const noPush = refusal(name, 'PUSH_NOTIFICATION_NOT_SUPPORTED')
    expect(await binding.call('CreateTaskPushNotificationConfig', push, headers)).toMatchObject(noPush)
    expect(await binding.call('ListTaskPushNotificationConfigs', { taskId: 'x' }, headers)).toMatchObject(
      noPush,
    )
    const inline = {
      ...said('x'),
      configuration: { taskPushNotificationConfig: { url: 'https://example.com' } },
    }
    expect(await binding.call('SendMessage', inline, headers)).toMatchObject(noPush)
    const unsupported = refusal(name, 'UNSUPPORTED_OPERATION')
    expect((await binding.stream('SendStreamingMessage', said('x'), headers)).refused).toMatchObject(
      unsupported,
    )
    expect((await binding.stream('SubscribeToTask', { id: 'x' }, headers)).refused).toMatchObject(unsupported)
    expect(await binding.call('GetExtendedAgentCard', {}, headers)).toMatchObject(unsupported)
  })

  test('CORE-CAP-004: an extension that is required must be declared', async () => {
    const binding = usingBare(name)
    const needed = refusal(name, 'EXTENSION_SUPPORT_REQUIRED')
    expect(await binding.call('SendMessage', said('x'))).toMatchObject(needed)
    const declared = await binding.call('SendMessage', said('x'), {
      'A2A-Extensions': 'urn:other, urn:test:needed',
    })
    expect(declared.result).toMatchObject({ task: { status: { state: 'TASK_STATE_COMPLETED' } } })
  })

  test('VER-SERVER-001 VER-SERVER-002: the version that is named is spoken, whatever its patch, and no other', async () => {
    const patched = await using(name).call('SendMessage', said('x'), { 'A2A-Version': '1.0.7' })
    expect(patched.result).toMatchObject({ task: { status: { state: 'TASK_STATE_COMPLETED' } } })
    const answer = await using(name).call('SendMessage', said('x'), { 'A2A-Version': '99.0' })
    expect(answer).toMatchObject(refusal(name, 'VERSION_NOT_SUPPORTED'))
  })
})
