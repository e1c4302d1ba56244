import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect, test, vi } from 'vitest'

import { newest, older } from './acp/clients.ts'
import { makeStage, type Stage, startAgent, type StartedAgent } from './acp/stage.ts'
import { createRandom } from './kill/random.ts'
import { runInProcess } from './run-in-process.ts'

// Processes take long to start on a busy machine.
vi.setConfig({ testTimeout: 300_000 })

const kills = Number(process.env['KEEPUP_ACP_KILLS'] ?? 6)
const seed = Number(process.env['KEEPUP_SEED'] ?? 1)

type Update = ReturnType<typeof newest>['updates'][number]

const ofKind = (updates: readonly Update[], kind: string) =>
  updates.filter(({ sessionUpdate }) => sessionUpdate === kind)

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await sleep(5)
}

/** Closes the agent's input, as an editor that ends does. */
async function hangUp({ child, ended, wrong }: StartedAgent): Promise<void> {
  child.stdin?.end()
  expect(await ended).toBe(0)
  expect(wrong).toEqual([])
}

test.each([
  ['2.4', newest],
  ['0.21', older],
])('an editor on version %s of the library: diff, question, cancel, load, fork', async (_, connect) => {
  const stage = makeStage()
  const agent = startAgent(stage)
  const client = connect(agent)
  await client.initialize()
  const session = await client.begin(stage.project)
  expect(await client.say(session, 'shout')).toMatchObject({ stopReason: 'end_turn' })
  expect(readFileSync(join(stage.project, 'a.txt'), 'utf8')).toBe('ALPHA\nbeta\n')
  expect(client.asked).toHaveLength(1)
  const change = { type: 'diff', path: join(stage.project, 'a.txt'), oldText: 'alpha', newText: 'ALPHA' }
  expect(client.asked).toMatchObject([{ toolCall: { content: [change, { type: 'content' }] } }])
  expect(ofKind(client.updates, 'plan')).toHaveLength(1)
  const answered = client.say(session, 'slow')
  await until(() => JSON.stringify(client.updates).includes('begun'))
  await client.cancel(session)
  expect(await answered).toMatchObject({ stopReason: 'cancelled' })
  const fork = await client.fork(session, stage.project)
  expect(await client.say(fork, 'and now?')).toMatchObject({ stopReason: 'end_turn' })
  expect(await client.list()).toEqual([fork, session])
  await hangUp(agent)

  const later = startAgent(stage)
  const next = connect(later)
  await next.initialize()
  await next.load(session, stage.project)
  const said = ofKind(next.updates, 'user_message_chunk').map(({ content }) => content)
  expect(said).toEqual([
    { type: 'text', text: 'shout' },
    { type: 'text', text: 'slow' },
  ])
  expect(ofKind(next.updates, 'tool_call')).toHaveLength(2)
  expect(await next.say(session, 'go on')).toMatchObject({ stopReason: 'end_turn' })
  await hangUp(later)
})

/** Runs acpx, which is built on version 1.9 of the library. */
async function acpx({ home, project, words }: Stage, ...more: readonly string[]) {
  const main = join(dirname(createRequire(import.meta.url).resolve('acpx/package.json')), 'dist/cli.js')
  const agent = words.map((word) => `'${word}'`).join(' ')
  const flags = ['--agent', agent, '--cwd', project, '--format', 'json', ...more]
  const child = spawn(process.execPath, [main, ...flags], {
    cwd: project,
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, code] = await Promise.all([
    readAll(child.stdout),
    readAll(child.stderr),
    new Promise<number | null>((resolve) => child.on('exit', resolve)),
  ])
  return { stdout, stderr, code }
}

test('acpx does a task, denies one, and goes on with a session that it named', async () => {
  const stage = makeStage()
  const denied = await acpx(stage, '--deny-all', 'exec', 'shout')
  expect(readFileSync(join(stage.project, 'a.txt'), 'utf8')).toBe('alpha\nbeta\n')
  expect(denied.stdout).toContain('session/request_permission')
  const allowed = await acpx(stage, '--approve-all', 'exec', 'shout')
  expect({ code: allowed.code, errors: allowed.code === 0 ? '' : allowed.stderr }).toEqual({
    code: 0,
    errors: '',
  })
  expect(allowed.stdout).toMatch(/"type":"diff"[^\n]*"newText":"ALPHA"|"newText":"ALPHA"[^\n]*"type":"diff"/)
  expect(allowed.stdout).toContain('It is done.')
  expect(readFileSync(join(stage.project, 'a.txt'), 'utf8')).toBe('ALPHA\nbeta\n')
  const begun = await acpx(stage, 'sessions', 'new', '--name', 'mine')
  expect(begun.code).toBe(0)
  const said = await acpx(stage, '--ttl', '1', 'prompt', '-s', 'mine', 'hello')
  expect(said.stdout).toContain('It is done.')
})

test('an answer that is given at a terminal closes the question in the editor, and the run goes on there', async () => {
  const stage = makeStage()
  const agent = startAgent(stage)
  const client = newest({ ...agent, output: withoutQuestions(agent) })
  await client.initialize()
  const session = await client.begin(stage.project)
  const answered = client.say(session, 'shout')
  await until(() => agent.frames.some(({ method }) => method === 'session/request_permission'))
  const { home, project: cwd } = stage
  const listed = await runInProcess(['approvals', 'list', '--json'], { home, cwd })
  const [, id = ''] = /"(?:id|approval)":"([^"]+)"/.exec(listed.stdout) ?? []
  const { code, stderr } = await runInProcess(['approvals', 'answer', id, 'allow'], { home, cwd })
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
  expect(await answered).toMatchObject({ stopReason: 'end_turn' })
  expect(agent.frames.some(({ method }) => method === '$/cancel_request')).toBe(true)
  expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('ALPHA\nbeta\n')
  await hangUp(agent)
})

/** What an editor hears where nobody sits before it: questions do not reach anybody. */
function withoutQuestions({ output }: StartedAgent): ReadableStream<Uint8Array> {
  let rest = ''
  const decoder = new TextDecoder()
  return output.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        const lines = `${rest}${decoder.decode(bytes, { stream: true })}`.split('\n')
        rest = lines.pop() ?? ''
        const heard = lines.filter((line) => !line.includes('session/request_permission'))
        controller.enqueue(new TextEncoder().encode(heard.map((line) => `${line}\n`).join('')))
      },
    }),
  )
}

test('an editor that ends in the middle leaves nothing running, and a checkpoint', async () => {
  const stage = makeStage()
  const agent = startAgent(stage)
  const client = newest(agent)
  await client.initialize()
  const session = await client.begin(stage.project)
  void client.say(session, 'slow').catch(() => {})
  await until(() => JSON.stringify(client.updates).includes('begun'))
  await hangUp(agent)
  const { home, project: cwd } = stage
  const { stdout } = await runInProcess(['threads', '--json'], { home, cwd })
  expect(stdout).toContain('interrupted')
})

/** An agent that writes one file after the other. */
const busy = [
  ...Array.from({ length: 8 }, (_, index) => ({
    text: `File ${index}. `,
    calls: [{ name: 'write', input: { path: `${index}.txt`, content: 'x' } }],
    delay: 30,
  })),
  { text: 'All files are written.', repeat: true },
]

test(`killed in a prompt ${kills} times: what was told is told again, and the session goes on (KEEPUP_SEED=${seed})`, async () => {
  const random = createRandom(seed)
  const struck: Record<string, number> = {}
  for (let round = 0; round < kills; round += 1) {
    const stage = makeStage(busy)
    const agent = startAgent(stage)
    const client = newest(agent)
    await client.initialize()
    const session = await client.begin(stage.project)
    client.say(session, 'write them').catch(() => {})
    const told = random(30)
    // Once it is told what the session is called, what was said is kept.
    await until(
      () => ofKind(client.updates, 'session_info_update').length > 0 && client.updates.length > told,
    )
    agent.child.kill('SIGKILL')
    await agent.ended
    const before = client.updates
    const last = String(before.at(-1)?.['sessionUpdate'])
    struck[last] = (struck[last] ?? 0) + 1

    const again = startAgent(stage)
    const next = newest(again)
    await next.initialize()
    await next.load(session, stage.project)
    const done = (updates: readonly Update[]) =>
      updates.filter(({ status }) => status === 'completed').map(({ toolCallId }) => String(toolCallId))
    expect(ofKind(next.updates, 'user_message_chunk').map(({ content }) => content)).toEqual([
      { type: 'text', text: 'write them' },
    ])
    expect(done(next.updates)).toEqual(expect.arrayContaining(done(before)))
    expect(await next.say(session, 'go on')).toMatchObject({ stopReason: 'end_turn' })
    for (let index = 0; index < 8; index += 1)
      expect(readFileSync(join(stage.project, `${index}.txt`), 'utf8')).toBe('x')
    await hangUp(again)
  }
  console.log('killed after', struck)
})
