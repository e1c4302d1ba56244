import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { openApprovals } from '@keepup/loop'
import { answer } from '@keepup/runtime'
import { expect, test } from 'vitest'

import { type Editor, openEditor, textOf, typesOf } from './editor.ts'
import type { Json } from './frame-checker.ts'

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
