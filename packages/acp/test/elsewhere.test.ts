import { createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { expect, test } from 'vitest'

import { openEditor, textOf } from './editor.ts'

const slow = { when: { lastUser: 'begin' }, text: 'From elsewhere.', delay: 300 }
const steps = [slow, { text: 'From here.', repeat: true }]

test('a thread that another process runs is followed to its end, and then what was said here is answered', async () => {
  const editor = await openEditor({ steps })
  const sessionId = await editor.begin()
  const { checkpointer, folder } = editor
  const other = createRuntime({ model: scriptedModel({ steps }), checkpointer, workspace: folder })
  const running = other.run({ thread: sessionId, input: 'begin' })[Symbol.asyncIterator]()
  await running.next()
  const answered = editor.say(sessionId, 'and me')
  while ((await running.next()).done !== true) continue
  expect(await answered).toEqual({ stopReason: 'end_turn' })
  expect(textOf(editor.updates, 'agent_message_chunk')).toMatch(/From elsewhere\..*From here\./s)
  expect(textOf(editor.updates, 'user_message_chunk')).not.toContain('and me')
})

test('a cancel ends the following, and leaves the other process alone', async () => {
  const editor = await openEditor({ steps })
  const sessionId = await editor.begin()
  const { checkpointer, folder } = editor
  const other = createRuntime({ model: scriptedModel({ steps }), checkpointer, workspace: folder })
  const running = other.run({ thread: sessionId, input: 'begin' })[Symbol.asyncIterator]()
  await running.next()
  const answered = editor.say(sessionId, 'and me')
  await editor.until(() =>
    editor.updates.some(({ sessionUpdate }) => sessionUpdate === 'session_info_update'),
  )
  editor.notify('session/cancel', { sessionId })
  expect(await answered).toEqual({ stopReason: 'cancelled' })
  while ((await running.next()).done !== true) continue
  const texts: string[] = []
  for await (const { type, data } of checkpointer.log(sessionId))
    if (type === 'assistant-message') texts.push(JSON.stringify(data))
  expect(texts.join('')).toContain('From elsewhere.')
})
