import { expect, test } from 'vitest'

import { type FakePage, startFake } from './fake-editor.ts'

const textsOf = (page: FakePage) =>
  page.items().map((item) => ('text' in item ? `${item.type}: ${item.text}` : item.type))
const isDone = (page: FakePage) => (): boolean => page.state()?.isBusy === false && page.items().length > 1

test('a prompt is answered as it streams, a question is put with its reason, and the change is shown beside what was there', async () => {
  const editor = startFake()
  const page = editor.openPage()
  page.say({ type: 'prompt', text: 'ask' })
  await editor.until(() => editor.picks.length === 1 && editor.shown.status.includes('1 open'))
  const [pick] = editor.picks
  expect(pick?.placeholder).toBe('because')
  expect(pick?.labels).toEqual([
    '$(diff) Show changes of /p/a.txt',
    '$(check) Allow',
    '$(check-all) Always allow exactly this',
    '$(x) Reject',
  ])
  pick?.choose('Show changes')
  await editor.until(() => editor.ran.some(([name]) => name === 'vscode.diff'))
  expect(pick?.isGone).toBe(false)
  pick?.choose('$(check) Allow')
  await editor.until(isDone(page))
  expect(page.items()).toMatchObject([
    { type: 'user', text: 'ask' },
    { type: 'call', title: 'edit a.txt', status: 'completed', changes: ['/p/a.txt'] },
    { type: 'agent', text: 'It is **done**.' },
  ])
  expect(page.state()).toMatchObject({ questions: 0, model: 'one', used: 10, cost: { amount: 0.5 } })
  expect(editor.shown.status).toBe('$(debug-continue) one · 0.50 USD')
})

test('to close the list is no answer, and rejecting comes before allowing where nothing can be looked at', async () => {
  const editor = startFake()
  const page = editor.openPage()
  page.say({ type: 'prompt', text: 'ask' })
  await editor.until(() => editor.picks.length === 1)
  editor.picks[0]?.hide()
  await editor.until(isDone(page))
  expect(page.items()[1]).toMatchObject({ status: 'failed' })
})

test('a second page of the chat is told everything anew, and a cancel ends a prompt', async () => {
  const editor = startFake()
  const page = editor.openPage()
  page.say({ type: 'prompt', text: 'slow' })
  await editor.until(() => page.state()?.isBusy === true && page.items().length === 1)
  const other = editor.openPage()
  expect(textsOf(other)).toEqual(['user: slow'])
  other.say({ type: 'cancel' })
  await editor.until(isDone(other))
  expect(textsOf(other)).toEqual(['user: slow', 'notice: Cancelled. The next prompt goes on from here.'])
})

test('an agent that dies is told of, and the next prompt opens its session again', async () => {
  const editor = startFake()
  const page = editor.openPage()
  page.say({ type: 'prompt', text: 'die' })
  await editor.until(isDone(page))
  expect(page.items()[1]).toMatchObject({
    type: 'notice',
    isError: true,
    text: expect.stringContaining('Nothing that it acknowledged is lost'),
  })
  await editor.until(() => editor.shown.log.some((line) => line.includes('has ended')))
  page.say({ type: 'prompt', text: 'go on' })
  await editor.until(() => page.items().some(({ type }) => type === 'agent'))
  expect(textsOf(page)).toEqual(['user: before', 'user: go on', 'agent: It is **done**.'])
})

test('sessions are opened, forked and rewound by commands; a rewind that fails is told', async () => {
  const editor = startFake({
    quick: (labels) => labels.find((label) => label.includes('files')) ?? labels[0],
  })
  const page = editor.openPage()
  await editor.run('openSession')
  expect(textsOf(page)).toEqual(['user: before'])
  await editor.run('rewindSession')
  const words = `rewound --to message:1 --files --cwd ${editor.folder} -- old`
  expect(editor.shown.log).toContain(words)
  expect(textsOf(page)).toEqual(['user: before'])
  await editor.run('forkSession')
  expect(editor.shown.errors).toEqual([])
})

test('nothing is started where a folder is not trusted or none is open, and each message says what to do', async () => {
  const distrusted = startFake({ trusted: false })
  await distrusted.run('newSession')
  expect(distrusted.shown.errors).toEqual([expect.stringContaining('Trust it first')])
  const empty = startFake({ folders: false })
  empty.openPage().say({ type: 'prompt', text: 'hello' })
  await empty.until(() => empty.shown.errors.length > 0)
  expect(empty.shown.errors).toEqual([expect.stringContaining('Open the folder')])
})

test('a program that is not there or ends at once is told with what to do', async () => {
  const missing = startFake({ settings: { path: '/nowhere/keepup' } })
  await missing.run('newSession')
  expect(missing.shown.errors).toEqual([expect.stringContaining('npm install -g @keepup/cli')])
  const broken = startFake({ settings: { arguments: ['--broken'] } })
  await broken.run('newSession')
  expect(broken.shown.errors).toEqual([expect.stringContaining('there is no key')])
})

test('the page may run nothing but its own two files, and what it says is not trusted', async () => {
  const editor = startFake()
  const page = editor.openPage()
  expect(editor.pageHtml()).toContain(
    "default-src 'none'; script-src vscode-webview:; style-src vscode-webview:;",
  )
  expect(editor.pageHtml()).not.toMatch(/<script>|style=|onclick|unsafe-/)
  const before = editor.ran.length
  for (const message of [
    undefined,
    'prompt',
    { type: 'prompt' },
    { type: 'prompt', text: '   ' },
    { type: '__proto__' },
    { type: 'constructor' },
    { type: 'diff', item: -1, change: 0 },
    { type: 'diff', item: 0, change: 99 },
    { type: 'link', address: 'command:workbench.action.quit' },
    { type: 'link', address: 'file:///etc/passwd' },
  ])
    page.say(message)
  page.say({ type: 'link', address: 'https://example.org' })
  expect(editor.ran.slice(before)).toEqual([['open', '{"text":"https://example.org"}']])
  expect(page.items()).toEqual([])
})
