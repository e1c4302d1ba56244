import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { type FakeAnswer, type FakeServer, type Responder, startFakeServer } from './fake-server.ts'
import { runInProcess, type World } from './run-in-process.ts'
import { temporaryFolder } from './temporary-folder.ts'

vi.setConfig({ testTimeout: 30_000 })

async function serve(
  answers: readonly FakeAnswer[] | Responder,
  options?: { readonly streams?: boolean },
): Promise<FakeServer> {
  const server = await startFakeServer(answers, options)
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server
}

const readHello: FakeAnswer = { text: 'I look.', calls: [{ name: 'read', input: { path: 'hello.txt' } }] }

function folderWithHello(): string {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'hello.txt'), 'hello from the file\n')
  return folder
}

async function go(words: readonly string[], server: FakeServer, world: Partial<World> = {}) {
  return runInProcess([...words, '--model', server.model], { home: folderWithHello(), ...world })
}

describe.each([true, false])('a run against a server that streams: %s', (streams) => {
  test('calls the tool, tells the model, and prints every event', async () => {
    const server = await serve([readHello, { text: 'It says hello.' }], { streams })
    const { code, stderr, events } = await go(['run', 'read hello.txt and tell me', '--json'], server)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const types = events.map(({ type }) => type)
    expect(types.slice(0, 2)).toEqual(['user-message', 'run-started'])
    expect(types).toContain('tool-finished')
    expect(types.at(-1)).toBe('run-finished')
    expect(types).toContain('text-streamed')
    expect(server.requests.every(({ body }) => body.stream === true)).toBe(true)
    const result = server.requests[1]?.body.messages.at(-1)
    expect(JSON.stringify(result)).toContain('hello from the file')
  })
})

test('without a terminal the answer alone is on standard output', async () => {
  const server = await serve([readHello, { text: 'It says hello.' }])
  const { code, stdout, stderr } = await go(['run', 'read', 'hello.txt', '--thread', 't1'], server)
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'It says hello.\n' })
  expect(stderr).toContain('read hello.txt')
  expect(stderr).toMatch(/completed · 2 turns · 220 tokens · .* · thread t1\nnext keepup show t1\n$/)
  expect(stderr).not.toContain('\u001B')
})

test('on a terminal text streams, and the line of what is under way leaves nothing behind', async () => {
  const server = await serve([readHello, { text: 'It says hello.' }])
  const variables = { TERM: 'xterm' }
  const { stdout, stderr } = await go(['run', 'read hello.txt'], server, { terminal: 80, variables })
  expect(stdout).toBe('I look.\nIt says hello.\n')
  expect(stderr).toContain('\u001B[32m✓')
  expect(stderr.endsWith('\u001B[2K')).toBe(false)
  const quiet = await go(['run', 'read hello.txt'], server, {
    terminal: 80,
    variables: { ...variables, NO_COLOR: '1' },
  })
  expect(quiet.stderr).not.toContain('\u001B[3')
})

describe('the prompt', () => {
  const said = (server: FakeServer) => JSON.stringify(server.requests[0]?.body.messages.at(-1))

  test('is read from standard input where there is none', async () => {
    const server = await serve([{ text: 'ok' }])
    await go(['run'], server, { input: 'from the pipe\n' })
    expect(said(server)).toContain('from the pipe')
  })

  test('is followed by piped text', async () => {
    const server = await serve([{ text: 'ok' }])
    await go(['run', 'review', 'this'], server, { input: 'the diff' })
    expect(said(server)).toContain('review this\\n\\nthe diff')
  })

  test('does not wait for a pipe that nobody writes to', async () => {
    const server = await serve([{ text: 'ok' }])
    const { code } = await go(['run', 'hello'], server, { inputKind: 'socket' })
    expect(code).toBe(0)
  })

  test('a dash means standard input', async () => {
    const server = await serve([{ text: 'ok' }])
    await go(['run', '-'], server, { input: 'dashed', inputKind: 'file' })
    expect(said(server)).toContain('dashed')
  })

  test('must be something', async () => {
    const server = await serve([{ text: 'ok' }])
    const { code, stderr } = await go(['run'], server, { input: ' \n' })
    expect(code).toBe(2)
    expect(stderr).toContain('there is no prompt')
  })
})

describe('a server in trouble', () => {
  test('that is busy is asked again after the time it named', async () => {
    const server = await serve([{ status: 429, retryAfter: 0 }, { text: 'now' }])
    const { code, events } = await go(['run', 'x', '--json'], server)
    expect(code).toBe(0)
    expect(events.map(({ type }) => type)).toContain('model-failed')
  })

  test('that fails once is asked again', async () => {
    const server = await serve([{ status: 500 }, { text: 'now' }])
    const { code } = await go(['run', 'x', '--json'], server)
    expect(code).toBe(0)
    expect(server.requests).toHaveLength(2)
  })

  test('whose stream breaks off is asked again, and half an answer is not an answer', async () => {
    const server = await serve([{ cutAfter: 'half an ans' }, { text: 'a whole answer' }])
    const { code, stdout } = await go(['run', 'x'], server)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'a whole answer\n' })
  })

  test('that refuses ends the run with the exit code of the model', async () => {
    const server = await serve([{ status: 401 }])
    const { code, stderr } = await go(['run', 'x', '--thread', 't1'], server)
    expect(code).toBe(20)
    expect(stderr).toContain('failed')
    expect(stderr).toContain('keepup resume t1')
  })

  test('that talks garbage once is asked again, and the failure is recorded', async () => {
    const server = await serve([{ garbage: 'data: {"choices": [{"delta": {"content"\n\n' }, { text: 'now' }])
    const { code, stdout, stderr } = await go(['run', 'x'], server)
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'now\n' })
    expect(stderr).toContain('trying again')
  })
})

describe('modes and limits', () => {
  const write: FakeAnswer = { calls: [{ name: 'write', input: { path: 'new.txt', content: 'made\n' } }] }

  test('a call that changes something is denied in mode ask, and the summary says how to allow it', async () => {
    const server = await serve([write, { text: 'I could not.' }])
    const { stderr } = await go(['run', 'x'], server)
    expect(stderr).toContain('denied')
    expect(stderr).toContain('--mode yolo')
  })

  test('in mode yolo it happens, and the summary says which file changed', async () => {
    const server = await serve([write, { text: 'Made.' }])
    const home = folderWithHello()
    const { code, stderr } = await go(['run', 'x', '--mode', 'yolo'], server, { home })
    expect(code).toBe(0)
    expect(readFileSync(join(home, 'new.txt'), 'utf8')).toBe('made\n')
    expect(stderr).toContain('changed new.txt +1')
  })

  test('a limit of money that cannot be held is told before the run', async () => {
    const server = await serve([{ text: 'ok' }])
    const { stderr } = await go(['run', 'x', '--max-cost', '1'], server)
    expect(stderr).toMatch(/^note: the price of openai-compatible\/fake is not known/)
  })

  test('the limit of turns ends in an answer and an exit code of its own', async () => {
    const server = await serve((request, index) =>
      request.body.tool_choice === 'none'
        ? { text: 'Summing up.' }
        : { calls: [{ name: 'glob', input: { pattern: `*.t${index}` } }] },
    )
    const { code, stdout, stderr } = await go(['run', 'x', '--max-turns', '3', '--thread', 't1'], server)
    expect({ code, stdout }).toEqual({ code: 10, stdout: 'Summing up.\n' })
    expect(stderr).toContain('keepup resume t1')
    expect(stderr).toContain('--max-turns 6')
  })
})

test('the first request carries at most 6 kB of overhead, and the same bytes every time', async () => {
  const server = await serve([{ text: 'ok' }])
  const home = folderWithHello()
  const prompt = 'read hello.txt and tell me'
  await go(['run', prompt], server, { home })
  await go(['run', prompt], server, { home })
  const [first, second] = server.requests
  expect((first?.bytes ?? 0) - prompt.length).toBeLessThanOrEqual(6 * 1024)
  expect(first?.body).toEqual(second?.body)
})

test('a stop signal interrupts once, says how to go on, and resume goes on', async () => {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  onTestFinished(release)
  const server = await serve(async (_, index) => {
    if (index > 0) return { text: 'Done after all.' }
    await held
    return { text: 'too late' }
  })
  const home = folderWithHello()
  let stop: (signal: 'SIGINT') => void = () => undefined
  const exits: number[] = []
  const running = go(['run', 'x', '--thread', 't1'], server, {
    home,
    onStop: (listener) => {
      stop = listener
    },
    onExit: (code) => exits.push(code),
  })
  await expect.poll(() => server.requests.length).toBe(1)
  stop('SIGINT')
  const { code, stderr } = await running
  expect(code).toBe(130)
  expect(stderr).toContain('next keepup resume t1')
  stop('SIGINT')
  expect(exits).toEqual([130])
  const resumed = await go(['resume', 't1'], server, { home })
  expect(resumed).toMatchObject({ code: 0, stdout: 'Done after all.\n' })
  const again = await go(['resume', 't1'], server, { home })
  expect(again).toMatchObject({ code: 0, stdout: 'Done after all.\n' })
  expect(again.stderr).toContain('is complete')
})

test('a second run on a thread that is held says who holds it', async () => {
  const server = await serve([{ hang: true, text: 'thinking' }])
  const home = folderWithHello()
  let stop: (signal: 'SIGTERM') => void = () => undefined
  const running = go(['run', 'x', '--thread', 't1'], server, {
    home,
    onStop: (listener) => {
      stop = listener
    },
  })
  await expect.poll(() => server.requests.length).toBe(1)
  const second = await go(['run', 'y', '--thread', 't1'], server, { home })
  expect(second.code).toBe(23)
  expect(second.stderr).toContain(String(process.pid))
  expect(second.stderr).toContain('fix: ')
  stop('SIGTERM')
  expect((await running).code).toBe(143)
})

describe('the model', () => {
  test('may be a script', async () => {
    const home = temporaryFolder()
    writeFileSync(join(home, 'script.json'), '{ "steps": [{ "text": "as written" }] }')
    const { stdout } = await runInProcess(['run', 'x', '--model', 'scripted:script.json'], { home })
    expect(stdout).toBe('as written\n')
  })

  test.each([
    ['scripted:missing.json', 'missing.json'],
    ['no-such-provider/model', 'no-such-provider'],
    ['openai-compatible:nonsense', 'nonsense'],
  ])('%s is refused with the fix', async (model, named) => {
    const home = temporaryFolder()
    const { code, stderr } = await runInProcess(['run', 'x', '--model', model], { home })
    expect(code).toBe(20)
    expect(stderr).toContain(named)
    expect(stderr).toMatch(/\nfix: .+\n$/)
  })

  test('where there is none, the three ways to get one are told', async () => {
    const home = temporaryFolder()
    const { code, stderr } = await runInProcess(['run', 'x'], {
      home,
      variables: { OLLAMA_HOST: '127.0.0.1:1' },
    })
    expect(code).toBe(20)
    expect(stderr).toMatch(/--model.*ANTHROPIC_API_KEY.*Ollama/)
  })
})

test('a system prompt of one’s own replaces the built-in one', async () => {
  const server = await serve([{ text: 'ok' }])
  const home = temporaryFolder()
  mkdirSync(join(home, 'prompts'))
  writeFileSync(join(home, 'prompts/own.md'), 'You are a pirate.')
  await go(['run', 'x', '--system', 'prompts/own.md'], server, { home })
  expect(JSON.stringify(server.requests[0]?.body.messages[0])).toContain('You are a pirate.')
  const { code, stderr } = await go(['run', 'x', '--system', 'prompts/none.md'], server, { home })
  expect(code).toBe(21)
  expect(stderr).toContain('prompts/none.md')
})
