import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { newFolder, openEditor } from './editor.ts'

const allow = {
  'session/request_permission': () => ({ outcome: { outcome: 'selected', optionId: 'allow' } }),
}
const price = { input: 1_000_000, cached: 0, cacheWritten: 0, output: 2_000_000 }

test('how full the window is and what it cost are told, summed over the thread and over connections', async () => {
  const script = { contextWindow: 100_000, price }
  const steps = [{ text: 'One.', usage: { input: 1_000, output: 10 }, repeat: true }]
  const editor = await openEditor({ steps, script })
  const session = await editor.begin()
  await editor.say(session, 'a')
  await editor.say(session, 'b')
  const { checkpointer, folder } = editor
  const later = await openEditor({ steps, script, checkpointer, folder })
  await later.request('session/load', { sessionId: session, cwd: folder, mcpServers: [] })
  await later.say(session, 'c')
  const told = [...editor.updates, ...later.updates].filter(
    ({ sessionUpdate }) => sessionUpdate === 'usage_update',
  )
  const cost = (amount: number) => ({ amount: expect.closeTo(amount), currency: 'USD' })
  expect(told.map(({ used, size, cost: sum }) => ({ used, size, sum }))).toEqual(
    [1.02, 2.04, 2.04, 3.06].map((amount) => ({ used: 1_010, size: 100_000, sum: cost(amount) })),
  )
})

test('notices are told to editors that show them, of the moment only, and to no others', async () => {
  const failing = { fail: { kind: 'overloaded', message: 'too busy', retryable: true, retryAfter: 1 } }
  const steps = [failing, { text: 'There.', repeat: true }]
  const [able, plain] = [{ session: { notices: {} } }, {}]
  const counts = []
  for (const capabilities of [able, plain]) {
    const editor = await openEditor({ steps, capabilities })
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
  const steps = [{ calls: [{ name: 'apply_patch', input: { patch } }] }, { text: 'Done.', repeat: true }]
  const editor = await openEditor({ folder, steps, answers: allow })
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
