import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect, onTestFinished, test, vi } from 'vitest'

import { startFakeServer } from './fake-server.ts'
import { runInProcess } from './run-in-process.ts'
import { served, statusOf } from './served.ts'
import { startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

// Programs and servers, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const graph = `keepup: graph/1
name: g
channels: { told: {} }
agents: { helper: { system: You help. } }
nodes:
  help: { kind: agent, agent: helper, prompt: Look, update: told }
edges: [{ from: start, to: help }, { from: help, to: end }]
`

test('threads are served with a token; a run is started, asked about, answered, and seen by the command line', async () => {
  const model = await startFakeServer([
    { calls: [{ name: 'write', input: { path: 'note.txt', content: 'hello' } }] },
    { text: 'Written.' },
  ])
  onTestFinished(() => model[Symbol.asyncDispose]())
  const { ask, home, stop } = await served(['--model', model.model])
  expect((await ask('/threads/t/runs', { input: 'write a note' })).status).toBe(202)
  while ((await statusOf(ask, 't')) !== 'waiting') await sleep(20)
  const { approvals } = (await (await ask('/approvals')).json()) as {
    approvals: { id: string; digest: string }[]
  }
  const [open] = approvals
  const { id, digest } = open ?? { id: '', digest: '' }
  expect((await ask(`/approvals/${id}`, { thread: 't', digest, allow: true })).status).toBe(200)
  while ((await statusOf(ask, 't')) !== 'finished') await sleep(20)
  const ended = await stop()
  expect(ended.code).toBe(143)
  const shown = await runInProcess(['show', 't'], { home })
  expect(shown.stdout).toContain('Written.')
})

test('without a model threads are shown and nothing runs; a chosen token is not printed', async () => {
  const chosen = 'chosen-by-somebody-0123456789'
  const { ask, token, stop } = await served([], { KEEPUP_TOKEN: chosen })
  expect(token).toBe('')
  expect((await ask('/threads')).status).toBe(401)
  const { stderr } = await stop()
  expect(stderr).toContain('nothing runs here')
  expect(stderr).not.toContain(chosen)
})

test('what was cut off is told at the start; threads of other folders and agents of graphs are refused', async () => {
  const home = temporaryFolder()
  const [project, other] = [join(home, 'project'), join(home, 'other')]
  for (const folder of [project, other]) mkdirSync(folder)
  const script = join(home, 'script.json')
  const sleeps = [
    { calls: [{ name: 'shell', input: { command: 'sleep 20' } }] },
    { text: 'Done.', repeat: true },
  ]
  writeFileSync(script, JSON.stringify({ steps: sleeps }))
  const model = ['--model', `scripted:${script}`]
  const words = ['run', 'go', '--thread', 'cut', '--mode', 'yolo', '--defence', 'off', ...model, '--json']
  const running = startKeepup(words, { home, cwd: project })
  await new Promise<void>((resolve) => {
    running.child.stdout?.on('data', (piece: Buffer) => {
      if (piece.includes('"tool-started"')) resolve()
    })
  })
  running.child.kill('SIGKILL')
  await running.ended
  writeFileSync(script, JSON.stringify({ steps: [{ text: 'Done.', repeat: true }] }))
  await runInProcess(['run', 'go', '--thread', 'elsewhere', ...model], { home, cwd: other })
  writeFileSync(join(project, 'g.yaml'), graph)
  await runInProcess(['graph', 'run', 'g.yaml', '--thread', 'g', ...model], { home, cwd: project })
  const listed = await runInProcess(['threads', '--json'], { home, cwd: project })
  const [child = ''] = /g\/help\/\w+/.exec(listed.stdout) ?? []
  expect((await runInProcess(['resume', child, ...model], { home, cwd: project })).stderr).toContain(
    'graph resume',
  )
  const { ask, stop } = await served([...model, '--cwd', project], {}, home)
  const run = async (thread: string, body: object) => {
    const answer = await ask(`/threads/${encodeURIComponent(thread)}/runs`, body)
    return { status: answer.status, text: await answer.text() }
  }
  expect(await run('elsewhere', { input: 'more' })).toMatchObject({
    status: 400,
    text: expect.stringContaining(other),
  })
  expect(await run(child, { input: 'more' })).toMatchObject({
    status: 400,
    text: expect.stringContaining('agent of g'),
  })
  expect((await run('cut', {})).status).toBe(202)
  const { stderr } = await stop()
  expect(stderr).toContain('thread cut was cut off')
  expect(stderr).not.toContain('elsewhere')
})

test('a thread that works in a role is served in it, whatever is asked for, and within the limits of the server', async () => {
  const home = temporaryFolder()
  mkdirSync(join(home, '.claude', 'agents'), { recursive: true })
  const role = ['---', 'name: looker', 'description: Looks.', 'tools: Read', '---', 'You look.']
  writeFileSync(join(home, '.claude', 'agents', 'looker.md'), role.join('\n'))
  const script = join(home, 'script.json')
  const writes = { calls: [{ name: 'write', input: { path: 'new.txt', content: 'x' } }] }
  writeFileSync(
    script,
    JSON.stringify({
      steps: [
        { when: { lastUser: 'write' }, ...writes },
        { text: 'Done.', repeat: true },
      ],
    }),
  )
  const model = ['--model', `scripted:${script}`]
  const first = await runInProcess(['run', 'look', '--thread', 'r', '--role', 'looker', ...model], { home })
  expect(first.code).toBe(0)
  const { ask, stop } = await served([...model, '--max-turns', '7'], {}, home)
  for (const thread of ['r', 'free']) {
    const body = { input: 'write it', mode: 'yolo', limits: { turns: 50 } }
    expect((await ask(`/threads/${thread}/runs`, body)).status).toBe(202)
    while ((await statusOf(ask, thread)) !== 'finished') await sleep(20)
    expect(existsSync(join(home, 'new.txt'))).toBe(thread === 'free')
  }
  const { entries } = (await (await ask('/threads/r/entries')).json()) as {
    entries: { type: string; data?: { settings?: { limits: { turns: number }; role?: string } } }[]
  }
  const runs = entries.flatMap(({ data }) => (data?.settings === undefined ? [] : [data.settings]))
  expect(runs.at(-1)).toMatchObject({ role: 'looker', limits: { turns: 7 } })
  await stop()
})

test.each([
  [['--demo-agent'], '--a2a'],
  [['--no-token'], 'KEEPUP_TOKEN'],
  [['--grpc-port', '1'], '--a2a'],
])('%s is refused with what to do', async (words, fix) => {
  const { code, stderr } = await runInProcess(['serve', ...words], { home: temporaryFolder() })
  expect(code).toBe(2)
  expect(stderr).toContain(fix)
})
