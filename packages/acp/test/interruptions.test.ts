import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { openApprovals } from '@keepup/loop'
import { expect, test } from 'vitest'

import { type Editor, openEditor, textOf, typesOf } from './editor.ts'

const question = 'session/request_permission'
const write = { calls: [{ name: 'write', input: { path: 'here.txt', content: 'x' } }] }
const slow = { when: { lastUser: 'slow' }, text: 'word '.repeat(200), pause: 50, chunk: 5 }
const steps = [slow, { when: { lastUser: 'write' }, ...write }, { text: 'Done.', repeat: true }]

async function open(editor: Editor, thread: string): Promise<number> {
  const ids: string[] = []
  for await (const { approval } of openApprovals(editor.checkpointer, thread)) ids.push(approval.id)
  return ids.length
}

test('a cancel ends the prompt with a checkpoint, and the next prompt goes on', async () => {
  const editor = await openEditor({ steps })
  const sessionId = await editor.begin()
  const answered = editor.say(sessionId, 'slow')
  await editor.until(() => textOf(editor.updates, 'agent_message_chunk') !== '')
  editor.notify('session/cancel', { sessionId })
  expect(await answered).toEqual({ stopReason: 'cancelled' })
  const types = await typesOf(editor, sessionId)
  expect(types).toContain('run-interrupted')
  expect(types.at(-1)).toBe('run-finished')
  expect(await editor.say(sessionId, 'again')).toEqual({ stopReason: 'end_turn' })
})

test('a cancel right behind the prompt is not lost', async () => {
  const editor = await openEditor({ steps })
  const sessionId = await editor.begin()
  const answered = editor.say(sessionId, 'slow')
  editor.notify('session/cancel', { sessionId })
  expect(await answered).toEqual({ stopReason: 'cancelled' })
})

test('a cancel while a question is open closes it, and nothing of it is done', async () => {
  const editor = await openEditor({ steps })
  const sessionId = await editor.begin()
  const answered = editor.say(sessionId, 'write')
  await editor.until(() => editor.asked.some(({ method }) => method === question))
  expect(await open(editor, sessionId)).toBe(1)
  editor.notify('session/cancel', { sessionId })
  expect(await answered).toEqual({ stopReason: 'cancelled' })
  expect(await open(editor, sessionId)).toBe(0)
  expect(existsSync(join(editor.folder, 'here.txt'))).toBe(false)
})

test('an editor that goes away leaves its question open, and the next one is asked it and goes on', async () => {
  const editor = await openEditor({ steps })
  const sessionId = await editor.begin()
  void editor.say(sessionId, 'write')
  await editor.until(() => editor.asked.some(({ method }) => method === question))
  await editor.leave()
  expect(await open(editor, sessionId)).toBe(1)
  const { checkpointer, folder } = editor
  const answers = { [question]: () => ({ outcome: { outcome: 'selected', optionId: 'allow' } }) }
  const next = await openEditor({ steps, checkpointer, folder, answers })
  await next.request('session/load', { sessionId, cwd: folder, mcpServers: [] })
  expect(await next.say(sessionId, 'go on')).toEqual({ stopReason: 'end_turn' })
  expect(existsSync(join(folder, 'here.txt'))).toBe(true)
})

test('an editor that goes away in the middle of an answer interrupts it, and what was said is told to the next one', async () => {
  const editor = await openEditor({ steps })
  const sessionId = await editor.begin()
  void editor.say(sessionId, 'slow')
  await editor.until(() => textOf(editor.updates, 'agent_message_chunk') !== '')
  await editor.leave()
  const types = await typesOf(editor, sessionId)
  expect(types.at(-1)).toBe('run-finished')
  const { checkpointer, folder } = editor
  const next = await openEditor({ steps, checkpointer, folder })
  await next.request('session/load', { sessionId, cwd: folder, mcpServers: [] })
  expect(textOf(next.updates, 'user_message_chunk')).toBe('slow')
})

test('what a failed attempt streamed is told as another message than the answer', async () => {
  const failing = { text: 'Half an', fail: { kind: 'stream-cut', retryable: true, retryAfter: 1 } }
  const editor = await openEditor({ steps: [failing, { text: 'A whole answer.' }] })
  const sessionId = await editor.begin()
  expect(await editor.say(sessionId, 'go')).toEqual({ stopReason: 'end_turn' })
  const chunks = editor.updates.filter(({ sessionUpdate }) => sessionUpdate === 'agent_message_chunk')
  const last = chunks.at(-1)?.['messageId']
  expect(
    textOf(
      chunks.filter(({ messageId }) => messageId === last),
      'agent_message_chunk',
    ),
  ).toBe('A whole answer.')
  expect(textOf(chunks, 'agent_message_chunk')).toBe('Half anA whole answer.')
})

test('a model that cannot answer is an error that says so, and the session goes on', async () => {
  const failing = { when: { lastUser: 'fail' }, fail: { kind: 'unauthorised', message: 'bad key' } }
  const editor = await openEditor({ steps: [failing, { text: 'Better.' }] })
  const sessionId = await editor.begin()
  await expect(editor.say(sessionId, 'fail')).rejects.toMatchObject({
    message: expect.stringMatching(/bad key/),
  })
  expect(await editor.say(sessionId, 'now')).toEqual({ stopReason: 'end_turn' })
})
