import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'

import type { Model } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { type CallLimits, openaiCompatible } from '../src/index.ts'
import { type Answer, collect, failed, finished, loopback, never, requestOf, sendEvents } from './loopback.ts'

function modelAt(url: string, limits: Partial<CallLimits> = {}): Model {
  return openaiCompatible({ baseUrl: `${url}/v1`, model: 'm', limits })
}

const piece = `data: ${JSON.stringify({ choices: [{ delta: { content: 'x' } }] })}\n\n`
const ending = `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\n`

/** Writes `text` again and again until the client goes. */
function repeating(text: string, every: number): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const timer = setInterval(() => response.write(text), every)
    response.once('close', () => clearInterval(timer))
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

describe('an abort', () => {
  test('before the call connects to nothing', async () => {
    await using server = await loopback(repeating(piece, 10))
    const { failure } = await failed(modelAt(server.url).stream(requestOf(), AbortSignal.abort()))
    expect(failure).toMatchObject({ kind: 'interrupted', retryable: false })
    expect(server.received).toEqual([])
  })

  test.each([
    ['while the server says nothing', (() => undefined) satisfies Answer],
    ['in the middle of a stream', repeating(piece, 5)],
    ['in the middle of a line', repeating('data: {"cho', 5)],
  ])('%s ends the stream and the socket', async (_, answer) => {
    await using server = await loopback(answer)
    const controller = new AbortController()
    const ended = failed(modelAt(server.url).stream(requestOf(), controller.signal))
    await until(() => server.received.length > 0)
    controller.abort(new Error('enough'))
    const { failure } = await ended
    expect(failure.kind).toBe('interrupted')
    await until(() => server.cut() === 1)
  })

  test('leaves the model usable', async () => {
    await using server = await loopback((response, _, nth) =>
      nth === 1
        ? undefined
        : sendEvents(response, [{ choices: [{ delta: { content: 'x' }, finish_reason: 'stop' }] }, '[DONE]']),
    )
    const model = modelAt(server.url)
    const controller = new AbortController()
    const first = failed(model.stream(requestOf(), controller.signal))
    await until(() => server.received.length > 0)
    controller.abort()
    await first
    expect((await finished(model.stream(requestOf(), never()))).reason).toBe('stop')
  })
})

test('who stops listening ends the call', async () => {
  await using server = await loopback(repeating(piece, 5))
  for await (const event of modelAt(server.url).stream(requestOf(), never())) {
    expect(event.type).toBe('text-delta')
    break
  }
  await until(() => server.cut() === 1)
})

describe('limits', () => {
  test.each([
    ['a silent server', (() => undefined) satisfies Answer, { idle: 80 }, 'timed-out'],
    [
      'a server that goes silent',
      ((response) => void response.writeHead(200).write(piece)) satisfies Answer,
      { idle: 80 },
      'timed-out',
    ],
    ['a line that never ends', repeating('d', 5), { idle: 80 }, 'timed-out'],
    ['a stream that never ends', repeating(piece, 5), { total: 120 }, 'timed-out'],
    ['comments that never end', repeating(': wait\n\n', 5), { total: 120 }, 'timed-out'],
    [
      'a stream without an end to its size',
      repeating(piece.repeat(1000), 1),
      { bytes: 200_000 },
      'invalid-response',
    ],
    [
      'a line without an end to its size',
      repeating('data: '.repeat(1000), 1),
      { bytes: 200_000 },
      'invalid-response',
    ],
  ] satisfies [string, Answer, Partial<CallLimits>, string][])('end %s', async (_, answer, limits, kind) => {
    await using server = await loopback(answer)
    const { failure } = await failed(modelAt(server.url, limits).stream(requestOf(), never()))
    expect(failure.kind).toBe(kind)
    await until(() => server.cut() === 1)
  })

  test('hold for what is unpacked, not for what is sent', async () => {
    await using server = await loopback((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
      response.end(gzipSync(piece.repeat(100_000)))
    })
    const { failure } = await failed(modelAt(server.url, { bytes: 1_000_000 }).stream(requestOf(), never()))
    expect(failure.kind).toBe('invalid-response')
  })

  test('of a failure that never ends', async () => {
    await using server = await loopback((response) => {
      response.writeHead(500)
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 1)
      response.once('close', () => clearInterval(timer))
    })
    const { failure } = await failed(modelAt(server.url).stream(requestOf(), never()))
    expect(failure).toMatchObject({ kind: 'unavailable', status: 500 })
    expect(failure.message.length).toBeLessThan(1000)
  })

  test('do not end a slow stream that moves on', async () => {
    await using server = await loopback(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (let count = 0; count < 6; count += 1) {
        response.write(': still working\n\n')
        await new Promise((resolve) => setTimeout(resolve, 60))
      }
      response.end(`${piece}${ending}data: [DONE]\n\n`)
    })
    expect((await finished(modelAt(server.url, { idle: 200 }).stream(requestOf(), never()))).reason).toBe(
      'stop',
    )
  })
})

test('a complete answer stands when the connection breaks after it', async () => {
  await using server = await loopback((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(piece + ending, () => setTimeout(() => response.destroy(), 10))
  })
  const { reason, usage } = await finished(modelAt(server.url).stream(requestOf(), never()))
  expect({ reason, estimated: usage.estimated }).toEqual({ reason: 'stop', estimated: true })
})

test('a packed answer is unpacked', async () => {
  await using server = await loopback((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
    response.end(gzipSync(`${piece}${ending}data: [DONE]\n\n`))
  })
  expect((await finished(modelAt(server.url).stream(requestOf(), never()))).message.content).toEqual([
    { type: 'text', text: 'x' },
  ])
})

test('a socket that the server closed in the meantime is replaced', async () => {
  await using server = await loopback((response) => {
    sendEvents(response, [{ choices: [{ delta: { content: 'x' }, finish_reason: 'stop' }] }, '[DONE]'])
  })
  const model = modelAt(server.url)
  await finished(model.stream(requestOf(), never()))
  await new Promise((resolve) => setTimeout(resolve, 20))
  server.server.closeAllConnections()
  expect((await collect(model.stream(requestOf(), never()))).at(-1)?.type).toBe('finished')
})

test('a program that called a model ends at once, with the socket still open, and loads nothing heavy', async () => {
  await using server = await loopback((response) => {
    sendEvents(response, [{ choices: [{ delta: { content: 'bye' }, finish_reason: 'stop' }] }, '[DONE]'])
  })
  // Were the socket to hold the program, it would hold it for ever.
  server.server.keepAliveTimeout = 0
  const folder = await mkdtemp(path.join(import.meta.dirname, '.program-'))
  const program = path.join(folder, 'program.ts')
  await writeFile(
    program,
    `import { openaiCompatible } from '@keepup/models/openai-compatible'
     const model = openaiCompatible({ baseUrl: '${server.url}', model: 'm' })
     const request = { system: '', messages: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }], tools: [], toolChoice: 'auto' } as const
     for await (const event of model.stream(request, new AbortController().signal)) if (event.type === 'text-delta') console.log(event.text)
     const heavy = process.moduleLoadList.filter((name) => /undici|node:https|internal\\/deps\\/undici/.test(name))
     console.log(JSON.stringify(heavy))`,
  )
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@keepup/source', program], {
    cwd: import.meta.dirname,
  })
  const { rm } = await import('node:fs/promises')
  await rm(folder, { recursive: true })
  expect(stdout.trim().split('\n')).toEqual(['bye', '[]'])
}, 20_000)
