import { type AddressInfo, createServer } from 'node:net'

import { describe, expect, test } from 'vitest'

import { openaiCompatible } from '../src/index.ts'
import { at, failureOf, refusing } from './failing-models.ts'
import { type Answer, failed, loopback, never, requestOf, sendEvents } from './loopback.ts'

describe('an answer that is none', () => {
  test.each([
    ['a page', 'text/html', '<!doctype html><title>Sign in</title>'],
    ['an empty body', 'application/json', ''],
    ['half an object', 'application/json', '{"choices":[{"mess'],
    ['a number', 'text/event-stream', 'data: 42\n\n'],
    ['an event that is no JSON', 'text/event-stream', 'data: {"choices":[{]}\n\n'],
    ['plain text', 'text/plain', 'hello there'],
    ['a list of numbers', 'application/json', '[1,2]'],
  ])('%s is an invalid response', async (_, type, body) => {
    const failure = await failureOf(refusing(200, body, { 'content-type': type }))
    expect(failure).toMatchObject({ kind: 'invalid-response', retryable: true })
  })

  test.each([
    [
      'ends without finishing',
      (response) => sendEvents(response, [{ choices: [{ delta: { content: 'half' } }] }]),
    ],
    [
      'is cut',
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('data: {"choices":[{"delta":{"content":"half"}}]}\n\n', () => response.destroy())
      },
    ],
  ] satisfies [string, Answer][])(
    'a stream that %s can be tried again, and what it used is estimated',
    async (_, answer) => {
      await using server = await loopback(answer)
      const event = await failed(at.openai(server.url).stream(requestOf(), never()))
      expect(event.failure).toMatchObject({ kind: 'stream-cut', retryable: true })
      expect(event.usage).toMatchObject({ estimated: true, output: 1 })
    },
  )
})

describe('a server that cannot be reached', () => {
  async function freePort(): Promise<number> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // A listening TCP server has a numbered address.
    const { port } = server.address() as AddressInfo
    await new Promise((resolve) => server.close(resolve))
    return port
  }

  test('a refused connection says at which URL and to start the server', async () => {
    const url = `http://127.0.0.1:${await freePort()}`
    const { failure } = await failed(at.openai(url).stream(requestOf(), never()))
    expect(failure).toMatchObject({ kind: 'unavailable', retryable: true })
    expect(failure.message).toContain(`${url}/v1`)
    expect(failure.message).toContain('Start the server')
  })

  test('a name that does not resolve', async () => {
    const { failure } = await failed(at.openai('http://nowhere.invalid').stream(requestOf(), never()))
    expect(failure).toMatchObject({ kind: 'unavailable', retryable: true })
  })

  test('https where http is spoken', async () => {
    await using server = await loopback((response) => sendEvents(response, ['[DONE]']))
    const { failure } = await failed(
      at.openai(server.url.replace('http:', 'https:')).stream(requestOf(), never()),
    )
    expect(failure).toMatchObject({ kind: 'unavailable', retryable: false })
  })

  test('a key that no header can hold', async () => {
    const model = openaiCompatible({ baseUrl: 'http://127.0.0.1:9', model: 'm', apiKey: 'secret\nvalue' })
    const { failure } = await failed(model.stream(requestOf(), never()))
    expect(failure).toMatchObject({ kind: 'invalid-request', retryable: false })
    expect(failure.message).not.toContain('value')
  })

  test('credentials in a base URL do not show', async () => {
    const url = `http://user:p4ssw0rd@127.0.0.1:${await freePort()}`
    const { failure } = await failed(at.openai(url).stream(requestOf(), never()))
    expect(failure.message).not.toContain('p4ssw0rd')
  })
})

describe('a redirect', () => {
  test('is followed on the same server', async () => {
    await using server = await loopback((response, { path }) => {
      if (path.startsWith('/v1/')) response.writeHead(307, { location: path.replace('/v1/', '/v2/') }).end()
      else sendEvents(response, [{ choices: [{ delta: { content: 'x' }, finish_reason: 'stop' }] }, '[DONE]'])
    })
    const events = at.openai(server.url).stream(requestOf(), never())
    for await (const event of events) expect(event.type).not.toBe('failed')
    expect(server.received.map(({ path }) => path)).toEqual(['/v1/chat/completions', '/v2/chat/completions'])
  })

  test('to another server is refused, and the key stays here', async () => {
    await using other = await loopback((response) => sendEvents(response, ['[DONE]']))
    const failure = await failureOf(
      (response) =>
        void response.writeHead(307, { location: `${other.url}/v1/chat/completions?token=1` }).end(),
    )
    expect(failure).toMatchObject({ kind: 'invalid-request', retryable: false })
    expect(failure.message).toContain(other.url)
    expect(other.received).toEqual([])
  })

  test('in a circle ends', async () => {
    await using server = await loopback(
      (response, { path }) => void response.writeHead(308, { location: path }).end(),
    )
    const { failure } = await failed(at.openai(server.url).stream(requestOf(), never()))
    expect(failure.status).toBe(308)
    expect(server.received.length).toBeLessThan(6)
  })
})
