import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { type Editor, failsWith, kindsOf, newFolder, openEditor, textOf } from './editor.ts'

const allow = () => ({ outcome: { outcome: 'selected', optionId: 'allow' } })

const steps = [
  {
    when: { lastUser: 'shout' },
    text: 'I will look at it, and then change it.',
    reasoning: 'A small task.',
    calls: [
      { name: 'todo', input: { items: [{ text: 'shout', status: 'active' }] } },
      { name: 'read', input: { path: 'a.txt' } },
      { name: 'edit', input: { path: 'a.txt', old_text: 'alpha', new_text: 'ALPHA' } },
      { name: 'write', input: { path: 'b.txt', content: 'new\n' } },
    ],
  },
  { text: 'It shouts now.', repeat: true },
]

/** An editor in whose folder a task was done. */
async function done(): Promise<{ readonly editor: Editor; readonly session: string }> {
  const folder = newFolder()
  writeFileSync(join(folder, 'a.txt'), 'alpha\nbeta\n')
  const editor = await openEditor({ folder, steps, answers: { 'session/request_permission': allow } })
  const session = await editor.begin()
  expect(await editor.say(session, 'shout')).toEqual({ stopReason: 'end_turn' })
  return { editor, session }
}

test('a task from beginning to end: words as they stream, calls with diffs, a plan, questions, the files changed', async () => {
  const { editor } = await done()
  expect(readFileSync(join(editor.folder, 'a.txt'), 'utf8')).toBe('ALPHA\nbeta\n')
  expect(textOf(editor.updates, 'agent_message_chunk')).toBe(
    'I will look at it, and then change it.It shouts now.',
  )
  expect(textOf(editor.updates, 'agent_thought_chunk')).toBe('A small task.')
  expect(textOf(editor.updates, 'user_message_chunk')).toBe('')
  expect(editor.updates).toContainEqual(
    expect.objectContaining({
      sessionUpdate: 'plan',
      entries: [{ content: 'shout', priority: 'medium', status: 'in_progress' }],
    }),
  )
  const begun = editor.updates.filter(({ sessionUpdate }) => sessionUpdate === 'tool_call')
  expect(begun.map(({ kind, title }) => [kind, title])).toEqual([
    ['read', 'read a.txt'],
    ['edit', 'edit a.txt'],
    ['edit', 'write b.txt'],
  ])
  const questions = editor.asked.filter(({ method }) => method === 'session/request_permission')
  expect(questions.map(({ params }) => (params['toolCall'] as { content: unknown[] }).content[0])).toEqual([
    { type: 'diff', path: join(editor.folder, 'a.txt'), oldText: 'alpha', newText: 'ALPHA' },
    { type: 'diff', path: join(editor.folder, 'b.txt'), oldText: null, newText: 'new\n' },
  ])
  const ended = editor.updates.filter(({ status }) => status === 'completed')
  expect(ended.map(({ toolCallId }) => toolCallId)).toEqual(begun.map(({ toolCallId }) => toolCallId))
})

test('load tells everything before it answers, in another connection too; resume tells nothing', async () => {
  const { editor, session } = await done()
  const { folder, checkpointer } = editor
  const before = editor.updates.length
  const later = await openEditor({ folder, checkpointer, steps })
  const order = { sessionId: session, cwd: folder, mcpServers: [] }
  let answered = false
  const loading = later.request('session/load', order).then(() => (answered = true))
  await later.until(() => later.updates.length > 0)
  expect(answered).toBe(false)
  await loading
  const told = later.updates.filter(({ sessionUpdate }) => sessionUpdate !== 'available_commands_update')
  expect(kindsOf(told)).toEqual([
    'user_message_chunk',
    'agent_thought_chunk',
    'agent_message_chunk',
    'tool_call',
    'plan',
    'tool_call_update',
    'agent_message_chunk',
  ])
  const shown = (updates: Editor['updates']) =>
    updates.filter(({ sessionUpdate }) => sessionUpdate === 'tool_call').map(({ toolCallId }) => toolCallId)
  expect(shown(told)).toEqual(shown(editor.updates.slice(0, before)))
  const created = { type: 'diff', path: join(folder, 'b.txt'), oldText: null, newText: 'new\n' }
  expect(told).toContainEqual(expect.objectContaining({ content: expect.arrayContaining([created]) }))
  const quiet = await openEditor({ folder, checkpointer, steps })
  await quiet.request('session/resume', order)
  expect(await quiet.say(session, 'and now?')).toEqual({ stopReason: 'end_turn' })
  expect(textOf(quiet.updates, 'user_message_chunk')).toBe('')
  expect(textOf(quiet.updates, 'agent_message_chunk')).toBe('It shouts now.')
})

test('sessions are listed, forked with their past, closed and deleted', async () => {
  const { editor, session } = await done()
  const { folder } = editor
  const order = { sessionId: session, cwd: folder, mcpServers: [] }
  const info = { sessionId: session, cwd: folder, title: 'shout', updatedAt: expect.any(String) }
  expect(await editor.request('session/list', {})).toEqual({ sessions: [info] })
  expect(await editor.request('session/list', { cwd: '/elsewhere' })).toEqual({ sessions: [] })
  const { sessionId: fork } = await editor.request('session/fork', order)
  await editor.say(session, '/fork and shout louder')
  const { sessions } = (await editor.request('session/list', {})) as { sessions: { sessionId: string }[] }
  expect(sessions.map(({ sessionId }) => sessionId)).toHaveLength(3)
  editor.updates.length = 0
  await editor.request('session/load', { ...order, sessionId: fork })
  expect(textOf(editor.updates, 'user_message_chunk')).toBe('shout')
  await expect(editor.request('session/delete', { sessionId: session })).rejects.toEqual(
    failsWith(-32603, /past of/),
  )
  await editor.request('session/close', { sessionId: fork })
  await expect(editor.say(String(fork), 'x')).rejects.toEqual(failsWith(-32002, /no session/))
  await editor.request('session/delete', { sessionId: fork })
  await expect(editor.request('session/load', { ...order, sessionId: fork })).rejects.toEqual(
    failsWith(-32002, /no session/),
  )
})

test('two sessions at once, each in its folder', async () => {
  const [one, other] = [newFolder(), newFolder()]
  const write = { calls: [{ name: 'write', input: { path: 'here.txt', content: 'x' } }] }
  const editor = await openEditor({
    steps: [
      { when: { lastUser: 'go' }, ...write, repeat: true },
      { text: 'Done.', repeat: true },
    ],
    answers: { 'session/request_permission': allow },
  })
  const sessions = await Promise.all([editor.begin(one), editor.begin(other)])
  await Promise.all(sessions.map((session) => editor.say(session, 'go')))
  for (const folder of [one, other]) expect(readFileSync(join(folder, 'here.txt'), 'utf8')).toBe('x')
})

test('the mode and the model are chosen, in either way that editors know', async () => {
  const write = { calls: [{ name: 'write', input: { path: 'here.txt', content: 'x' } }] }
  const editor = await openEditor({ steps: [write, { text: 'Done.', repeat: true }] })
  const sessionId = await editor.begin()
  await editor.request('session/set_mode', { sessionId, modeId: 'yolo' })
  const set = await editor.request('session/set_config_option', {
    sessionId,
    configId: 'model',
    value: 'two',
  })
  expect(set['configOptions']).toEqual([
    expect.objectContaining({ id: 'mode', currentValue: 'yolo' }),
    expect.objectContaining({ id: 'model', currentValue: 'two' }),
  ])
  expect(await editor.say(sessionId, 'go')).toEqual({ stopReason: 'end_turn' })
  expect(editor.asked.filter(({ method }) => method === 'session/request_permission')).toEqual([])
  const nope = { sessionId, configId: 'model', value: 'three' }
  await expect(editor.request('session/set_config_option', nope)).rejects.toEqual(
    failsWith(-32602, /one, two/),
  )
  await expect(editor.request('session/set_mode', { sessionId, modeId: 'root' })).rejects.toEqual(
    failsWith(-32602, /ask, auto-edit, yolo/),
  )
})

const allowing = {
  'session/request_permission': () => ({ outcome: { outcome: 'selected', optionId: 'allow' } }),
}
const price = { input: 1_000_000, cached: 0, cacheWritten: 0, output: 2_000_000 }

test('how full the window is and what it cost are told, summed over the thread and over connections', async () => {
  const script = { contextWindow: 100_000, price }
  const told = [{ text: 'One.', usage: { input: 1_000, output: 10 }, repeat: true }]
  const editor = await openEditor({ steps: told, script })
  const session = await editor.begin()
  await editor.say(session, 'a')
  await editor.say(session, 'b')
  const { checkpointer, folder } = editor
  const later = await openEditor({ steps: told, script, checkpointer, folder })
  await later.request('session/load', { sessionId: session, cwd: folder, mcpServers: [] })
  await later.say(session, 'c')
  const usages = [...editor.updates, ...later.updates].filter(
    ({ sessionUpdate }) => sessionUpdate === 'usage_update',
  )
  const cost = (amount: number) => ({ amount: expect.closeTo(amount), currency: 'USD' })
  expect(usages.map(({ used, size, cost: sum }) => ({ used, size, sum }))).toEqual(
    [1.02, 2.04, 2.04, 3.06].map((amount) => ({ used: 1_010, size: 100_000, sum: cost(amount) })),
  )
})

test('notices are told to editors that show them, of the moment only, and to no others', async () => {
  const failing = { fail: { kind: 'overloaded', message: 'too busy', retryable: true, retryAfter: 1 } }
  const told = [failing, { text: 'There.', repeat: true }]
  const [able, plain] = [{ session: { notices: {} } }, {}]
  const counts = []
  for (const capabilities of [able, plain]) {
    const editor = await openEditor({ steps: told, capabilities })
    const sessionId = await editor.begin()
    await editor.say(sessionId, 'go')
    const notices = () => editor.updates.filter(({ sessionUpdate }) => sessionUpdate === 'notice')
    expect(JSON.stringify(notices())).toMatch(capabilities === able ? /too busy/ : /^\[\]$/)
    const before = notices().length
    await editor.request('session/load', { sessionId, cwd: editor.folder, mcpServers: [] })
    expect(notices()).toHaveLength(before)
    counts.push(before)
  }
  expect(counts).toEqual([1, 0])
})

test('a patch is shown file by file; what it deletes too', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'old.txt'), 'gone\n')
  writeFileSync(join(folder, 'mine.txt'), 'one\ntwo\nthree\n')
  const patch = [
    '*** Begin Patch',
    '*** Add File: new.txt',
    '+fresh',
    '*** Update File: mine.txt',
    '@@',
    ' one',
    '-two',
    '+2',
    '*** Delete File: old.txt',
    '*** End Patch',
  ].join('\n')
  const told = [{ calls: [{ name: 'apply_patch', input: { patch } }] }, { text: 'Done.', repeat: true }]
  const editor = await openEditor({ folder, steps: told, answers: allowing })
  await editor.say(await editor.begin(), 'go')
  const [call] = editor.updates.filter(({ sessionUpdate }) => sessionUpdate === 'tool_call')
  const path = (name: string) => join(folder, name)
  expect(call?.['content']).toEqual([
    { type: 'diff', path: path('new.txt'), oldText: null, newText: 'fresh\n' },
    { type: 'diff', path: path('mine.txt'), oldText: 'one\ntwo\n', newText: 'one\n2\n' },
    { type: 'diff', path: path('old.txt'), oldText: 'gone\n', newText: '' },
  ])
  expect(editor.updates).toContainEqual(expect.objectContaining({ status: 'completed' }))
})

test('a long list of sessions comes in pages, each session once', async () => {
  const editor = await openEditor()
  const made: string[] = []
  for (let count = 0; count < 53; count += 1) {
    const session = await editor.begin()
    await editor.say(session, `task ${count}`)
    made.push(session)
  }
  const listed: string[] = []
  let cursor: unknown
  do {
    const answer = await editor.request('session/list', cursor === undefined ? {} : { cursor })
    listed.push(...(answer['sessions'] as { sessionId: string }[]).map(({ sessionId }) => sessionId))
    cursor = answer['nextCursor']
  } while (cursor !== undefined)
  expect(listed).toHaveLength(53)
  expect(new Set(listed)).toEqual(new Set(made))
})
