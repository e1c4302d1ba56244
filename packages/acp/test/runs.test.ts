import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { openApprovals } from '@keepup/loop'
import { answer, createRuntime } from '@keepup/runtime'
import { scriptedModel } from '@keepup/testing/scripted-model'
import { type Json } from '@keepup/vitest/acp-frames'
import { expect, test } from 'vitest'

import { type Editor, openEditor, textOf, typesOf } from './editor.ts'

const write = { calls: [{ name: 'write', input: { path: 'here.txt', content: 'x' } }] }
const steps = [
  write,
  { when: { lastToolResult: 'Denied' }, text: 'Then not.' },
  { text: 'Done.', repeat: true },
]
const question = 'session/request_permission'
const chooses = (optionId: string) => ({ [question]: () => ({ outcome: { outcome: 'selected', optionId } }) })
const wasDone = ({ folder }: Editor): boolean => existsSync(join(folder, 'here.txt'))

test('allow lets it happen, reject does not, and always keeps exactly what was allowed', async () => {
  const [allowing, rejecting, always] = await Promise.all(
    ['allow', 'reject', 'always'].map((optionId) => openEditor({ steps, answers: chooses(optionId) })),
  )
  for (const editor of [allowing, rejecting, always]) {
    if (editor === undefined) throw new Error('three editors were opened')
    expect(await editor.say(await editor.begin(), 'go')).toEqual({ stopReason: 'end_turn' })
  }
  expect([allowing, rejecting, always].map((editor) => editor && wasDone(editor))).toEqual([
    true,
    false,
    true,
  ])
  expect(textOf(rejecting?.updates ?? [], 'agent_message_chunk')).toBe('Then not.')
  expect([allowing, rejecting, always].map((editor) => editor?.kept.length)).toEqual([0, 0, 1])
})

const strange: readonly Json[] = [
  { outcome: { outcome: 'selected', optionId: 'yes-to-everything' } },
  { outcome: { outcome: 'cancelled' } },
  { outcome: 'allow' },
  { error: { code: -32603, message: 'the editor is broken' } },
  {},
]

test.each(strange)('what is no answer allows nothing: %j', async (given) => {
  const editor = await openEditor({ steps, answers: { [question]: () => given } })
  const session = await editor.begin()
  await editor
    .say(session, 'go')
    .catch((error: unknown) => expect(error).toMatchObject({ code: expect.any(Number) }))
  expect(wasDone(editor)).toBe(false)
  expect(await typesOf(editor, session)).not.toContain('approval-answered')
})

test('an answer that somebody gives elsewhere takes the question back, and the run goes on with it', async () => {
  const editor = await openEditor({ steps })
  const session = await editor.begin()
  const answered = editor.say(session, 'go')
  await editor.until(() => editor.asked.some(({ method }) => method === question))
  for await (const { approval } of openApprovals(editor.checkpointer, session)) {
    const { id, digest } = approval
    await editor.checkpointer.signal([answer(session, { approval: id, digest, allow: true })], 'power')
  }
  expect(await answered).toEqual({ stopReason: 'end_turn' })
  expect(wasDone(editor)).toBe(true)
  expect(editor.asked.filter(({ method }) => method === '$/cancel_request')).toHaveLength(1)
})

test('a person who says no elsewhere first is heard, whatever the editor says then', async () => {
  const late = Promise.withResolvers<void>()
  const editor = await openEditor({ steps, answers: { [question]: () => (late.resolve(), undefined) } })
  const session = await editor.begin()
  const answered = editor.say(session, 'go')
  await late.promise
  for await (const { approval } of openApprovals(editor.checkpointer, session)) {
    const given = { approval: approval.id, digest: approval.digest, allow: false }
    await editor.checkpointer.signal([answer(session, given)], 'power')
  }
  const id = 0
  void editor.raw(
    `${JSON.stringify({ jsonrpc: '2.0', id, result: { outcome: { outcome: 'selected', optionId: 'allow' } } })}\n`,
  )
  expect(await answered).toEqual({ stopReason: 'end_turn' })
  expect(wasDone(editor)).toBe(false)
})

test('a question for words is a form where the editor has forms, and a choice where it has none', async () => {
  const asks = { calls: [{ name: 'ask_user', input: { question: 'Which?', options: ['red', 'blue'] } }] }
  const told = [asks, { when: { lastToolResult: 'blue' }, text: 'Blue it is.' }, { text: 'Something else.' }]
  const form = await openEditor({
    steps: told,
    capabilities: { elicitation: { form: {} } },
    answers: { 'elicitation/create': () => ({ action: 'accept', content: { choice: 'blue' } }) },
  })
  const choice = await openEditor({ steps: told, answers: chooses('option-1') })
  for (const editor of [form, choice]) {
    await editor.say(await editor.begin(), 'go')
    expect(textOf(editor.updates, 'agent_message_chunk')).toBe('Blue it is.')
  }
})

const slow = { when: { lastUser: 'slow' }, text: 'word '.repeat(200), pause: 50, chunk: 5 }
const interruptible = [slow, { when: { lastUser: 'write' }, ...write }, { text: 'Done.', repeat: true }]

async function open(editor: Editor, thread: string): Promise<number> {
  const ids: string[] = []
  for await (const { approval } of openApprovals(editor.checkpointer, thread)) ids.push(approval.id)
  return ids.length
}

test('a cancel ends the prompt with a checkpoint, and the next prompt goes on', async () => {
  const editor = await openEditor({ steps: interruptible })
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
  const editor = await openEditor({ steps: interruptible })
  const sessionId = await editor.begin()
  const answered = editor.say(sessionId, 'slow')
  editor.notify('session/cancel', { sessionId })
  expect(await answered).toEqual({ stopReason: 'cancelled' })
})

test('a cancel while a question is open closes it, and nothing of it is done', async () => {
  const editor = await openEditor({ steps: interruptible })
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
  const editor = await openEditor({ steps: interruptible })
  const sessionId = await editor.begin()
  void editor.say(sessionId, 'write')
  await editor.until(() => editor.asked.some(({ method }) => method === question))
  await editor.leave()
  expect(await open(editor, sessionId)).toBe(1)
  const { checkpointer, folder } = editor
  const answers = { [question]: () => ({ outcome: { outcome: 'selected', optionId: 'allow' } }) }
  const next = await openEditor({ steps: interruptible, checkpointer, folder, answers })
  await next.request('session/load', { sessionId, cwd: folder, mcpServers: [] })
  expect(await next.say(sessionId, 'go on')).toEqual({ stopReason: 'end_turn' })
  expect(existsSync(join(folder, 'here.txt'))).toBe(true)
})

test('an editor that goes away in the middle of an answer interrupts it, and what was said is told to the next one', async () => {
  const editor = await openEditor({ steps: interruptible })
  const sessionId = await editor.begin()
  void editor.say(sessionId, 'slow')
  await editor.until(() => textOf(editor.updates, 'agent_message_chunk') !== '')
  await editor.leave()
  const types = await typesOf(editor, sessionId)
  expect(types.at(-1)).toBe('run-finished')
  const { checkpointer, folder } = editor
  const next = await openEditor({ steps: interruptible, checkpointer, folder })
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

const long = { when: { lastUser: 'begin' }, text: 'From elsewhere.', delay: 300 }
const shared = [long, { text: 'From here.', repeat: true }]

test('a thread that another process runs is followed to its end, and then what was said here is answered', async () => {
  const editor = await openEditor({ steps: shared })
  const sessionId = await editor.begin()
  const { checkpointer, folder } = editor
  const other = createRuntime({ model: scriptedModel({ steps: shared }), checkpointer, workspace: folder })
  const running = other.run({ thread: sessionId, input: 'begin' })[Symbol.asyncIterator]()
  await running.next()
  const answered = editor.say(sessionId, 'and me')
  while ((await running.next()).done !== true) continue
  expect(await answered).toEqual({ stopReason: 'end_turn' })
  expect(textOf(editor.updates, 'agent_message_chunk')).toMatch(/From elsewhere\..*From here\./s)
  expect(textOf(editor.updates, 'user_message_chunk')).not.toContain('and me')
})

test('a cancel ends the following, and leaves the other process alone', async () => {
  const editor = await openEditor({ steps: shared })
  const sessionId = await editor.begin()
  const { checkpointer, folder } = editor
  const other = createRuntime({ model: scriptedModel({ steps: shared }), checkpointer, workspace: folder })
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
