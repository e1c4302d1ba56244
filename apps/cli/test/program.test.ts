import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { type FakeAnswer, type Responder, startFakeServer } from './fake-server.ts'
import { keepup, startKeepup } from './start-keepup.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

async function serve(answers: readonly FakeAnswer[] | Responder) {
  const server = await startFakeServer(answers)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

const readHello: FakeAnswer = { text: 'I look.', calls: [{ name: 'read', input: { path: 'hello.txt' } }] }

function homeWithHello(): string {
  const home = temporaryFolder()
  writeFileSync(join(home, 'hello.txt'), 'hello\n')
  return home
}

test('a run in an empty home prints NDJSON, talks to the model’s server alone, and can be read back', async () => {
  const server = await serve([readHello, { text: 'It says hello.' }])
  const home = homeWithHello()
  // Reports every connection and every name that is looked up.
  const guard = join(home, 'guard.mjs')
  writeFileSync(
    guard,
    `import dns from 'node:dns'
import { subscribe } from 'node:diagnostics_channel'
import { writeSync } from 'node:fs'
for (const name of ['net.client.socket', 'undici:request:create']) subscribe(name, () => writeSync(2, 'connection\\n'))
for (const name of ['lookup', 'resolve']) dns[name] = () => { throw new Error('looked up a name') }`,
  )
  const words = ['run', 'read hello.txt and tell me', '--model', server.model, '--thread', 't1', '--json']
  const { code, stdout, stderr, events } = await keepup(words, { home, node: ['--import', guard] })
  expect(code).toBe(0)
  expect(stderr.replaceAll('connection\n', '')).toBe('')
  expect(stderr.split('connection').length - 1).toBeLessThanOrEqual(server.requests.length)
  expect(stdout.trimEnd().split('\n')).toHaveLength(events.length)
  const history = await keepup(['history', 't1', '--json'], { home })
  const durable = events.filter((event) => !('live' in event))
  expect(history.events).toEqual(durable)
})

test('a prompt may be piped through a shell', async () => {
  const server = await serve([{ text: 'ok' }])
  const home = homeWithHello()
  const { code, stdout } = await keepup(['run', 'review', '--model', server.model], {
    home,
    input: 'the diff\n',
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'ok\n' })
  expect(JSON.stringify(server.requests[0]?.body.messages.at(-1))).toContain('review\\n\\nthe diff')
})

describe('a run that is asked to end', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s records, says how to go on, and exits with %i', async (signal, exit) => {
    const server = await serve((_, index) =>
      index === 0 ? { hang: true, text: 'thinking' } : { text: 'Done.' },
    )
    const home = homeWithHello()
    const flags = ['--model', server.model]
    const { child, ended } = startKeepup(['run', 'x', '--thread', 't1', ...flags], { home })
    await expect.poll(() => server.requests.length, { timeout: 10_000 }).toBe(1)
    child.kill(signal)
    const { code, stderr } = await ended
    expect(code).toBe(exit)
    expect(stderr).toMatch(/resume t1 --model/)
    const resumed = await keepup(['resume', 't1', ...flags], { home })
    expect(resumed).toMatchObject({ code: 0, stdout: 'Done.\n' })
  })

  test('twice ends at once, and loses nothing', async () => {
    const server = await serve((_, index) =>
      index === 0
        ? {
            calls: [
              { name: 'shell', input: { command: "trap '' TERM INT; echo begun > begun.txt; sleep 30" } },
            ],
          }
        : { text: 'Done.' },
    )
    const home = homeWithHello()
    const flags = ['--model', server.model, '--mode', 'yolo', '--json']
    const { child, ended } = startKeepup(['run', 'x', '--thread', 't1', ...flags], { home })
    let seen = ''
    child.stdout?.on('data', (piece: Buffer) => {
      seen += piece.toString()
    })
    await expect.poll(() => seen, { timeout: 10_000 }).toContain('process-started')
    child.kill('SIGINT')
    child.kill('SIGINT')
    await expect.poll(() => child.exitCode ?? child.kill('SIGINT'), { timeout: 2000 }).toBe(130)
    await ended
    const resumed = await keepup(['resume', 't1', ...flags], { home })
    expect(resumed.events.at(-1)?.type).toBe('run-finished')
  })

  test('because nobody reads its output any more is interrupted', async () => {
    const server = await serve((_, index) => ({
      text: 'word '.repeat(500),
      calls: [{ name: 'glob', input: { pattern: `*.${index}` } }],
    }))
    const home = homeWithHello()
    const { child, ended } = startKeepup(['run', 'x', '--thread', 't1', '--model', server.model, '--json'], {
      home,
    })
    child.stdout?.once('data', () => child.stdout?.destroy())
    // Reading what is left fails once the pipe is destroyed.
    await ended.catch(() => undefined)
    await expect.poll(() => child.exitCode, { timeout: 10_000 }).toBe(141)
    const { stdout } = await keepup(['threads', '--json'], { home })
    expect(JSON.parse(stdout)).toMatchObject({ thread: 't1', status: 'interrupted' })
  })
})

test('a thread that another process runs is not run twice, and can be spoken to', async () => {
  const server = await serve(async (request, index) => {
    if (index === 0)
      return { calls: [{ name: 'shell', input: { command: 'until [ -e go ]; do sleep 0.05; done' } }] }
    return { text: JSON.stringify(request.body.messages).includes('hurry up') ? 'Hurried.' : 'Done.' }
  })
  const home = homeWithHello()
  const flags = ['--model', server.model]
  const running = startKeepup(['run', 'x', '--thread', 't1', '--mode', 'yolo', ...flags], { home })
  await expect.poll(() => server.requests.length, { timeout: 10_000 }).toBe(1)
  await expect
    .poll(async () => (await keepup(['threads', '--json'], { home })).stdout, { timeout: 10_000 })
    .toContain('"running"')
  const second = await keepup(['run', 'y', '--thread', 't1', ...flags], { home })
  expect(second.code).toBe(23)
  expect(second.stderr).toContain(String(running.child.pid))
  const steered = await keepup(['signal', 't1', 'steer', 'hurry', 'up'], { home })
  expect(steered.stdout).toBe('steer to t1: accepted\n')
  writeFileSync(join(home, 'go'), '')
  expect(await running.ended).toMatchObject({ code: 0, stdout: 'Hurried.\n' })
})

test('a folder and a store that cannot be written to are told, each with the fix', async () => {
  const server = await serve([
    { calls: [{ name: 'write', input: { path: 'a.txt', content: 'a' } }] },
    { text: 'No.' },
  ])
  const home = homeWithHello()
  const locked = join(home, 'locked')
  mkdirSync(locked)
  const flags = ['--model', server.model, '--mode', 'yolo', '--store', join(home, 'threads.db')]
  chmodSync(locked, 0o555)
  const { code, stderr } = await keepup(['run', 'x', '--cwd', locked, ...flags], { home, obedient: true })
  expect(code).toBe(0)
  expect(stderr).toContain(`note: ${locked} cannot be written to`)
  expect(stderr).toMatch(/✗|x write a\.txt/)
  expect(existsSync(join(locked, 'a.txt'))).toBe(false)
  for (const name of readdirSync(home).filter((file) => file.startsWith('threads.db')))
    chmodSync(join(home, name), 0o444)
  chmodSync(home, 0o555)
  const refused = await keepup(['run', 'x', ...flags], { home, obedient: true })
  chmodSync(home, 0o755)
  expect(refused.code).toBe(22)
  expect(refused.stderr).toMatch(/error: .*threads\.db can be read but not written\nfix: .+/)
})
