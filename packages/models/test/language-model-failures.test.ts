import { describe, expect, test } from 'vitest'

import { languageModel } from '../src/index.ts'
import { failed, never, requestOf } from './loopback.ts'
import { scripted } from './scripted-sdk-model.ts'

describe('failures of a language model', () => {
  function apiError(parts: object): Error {
    return Object.assign(new Error('call failed'), {
      name: 'AI_APICallError',
      url: 'http://127.0.0.1:1/v1',
      isRetryable: true,
      ...parts,
    })
  }
  test.each<[string, unknown, object]>([
    [
      'a rate limit',
      apiError({
        statusCode: 429,
        responseHeaders: { 'retry-after': '3' },
        responseBody: '{"error":{"message":"slow down"}}',
      }),
      { kind: 'rate-limited', retryable: true, retryAfter: 3000, status: 429 },
    ],
    [
      'one that must not be repeated',
      apiError({ statusCode: 429, isRetryable: false }),
      { kind: 'rate-limited', retryable: false },
    ],
    [
      'a wrong key',
      apiError({ statusCode: 401, isRetryable: false }),
      { kind: 'unauthorised', retryable: false },
    ],
    [
      'an overflow',
      apiError({ statusCode: 400, responseBody: '{"error":{"message":"prompt is too long"}}' }),
      { kind: 'context-overflow', retryable: false },
    ],
    [
      'a server error that is no JSON',
      apiError({ statusCode: 500, responseBody: '<html>oops</html>' }),
      { kind: 'unavailable', retryable: true },
    ],
    [
      'no connection',
      apiError({ cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) }),
      { kind: 'unavailable', retryable: true },
    ],
    [
      'an answer that is no JSON',
      apiError({ statusCode: 200, responseBody: 'hm' }),
      { kind: 'invalid-response', retryable: true },
    ],
    [
      'the last of several tries',
      Object.assign(new Error('gave up'), { lastError: apiError({ statusCode: 529 }) }),
      { kind: 'overloaded' },
    ],
    [
      'a missing key',
      Object.assign(new Error('set SOME_KEY'), { name: 'AI_LoadAPIKeyError' }),
      { kind: 'unauthorised', message: 'set SOME_KEY' },
    ],
    [
      'no such model',
      Object.assign(new Error('no m'), { name: 'AI_NoSuchModelError' }),
      { kind: 'invalid-request' },
    ],
    [
      'an answer that does not parse',
      Object.assign(new Error('bad'), { name: 'AI_TypeValidationError' }),
      { kind: 'invalid-response', retryable: true },
    ],
    [
      'a time-out of its own',
      Object.assign(new Error('late'), { name: 'TimeoutError' }),
      { kind: 'timed-out', retryable: true },
    ],
    ['an unknown error', new Error('what'), { kind: 'invalid-response', retryable: false, message: 'what' }],
    [
      "a provider's own object",
      { type: 'overloaded_error', message: 'Overloaded' },
      { kind: 'overloaded', retryable: true },
    ],
    ['a text', 'it broke', { kind: 'unavailable' }],
  ])('%s, thrown or told in the stream', async (_, error, expected) => {
    const thrown = languageModel(scripted({ version: 'v3', parts: [], throws: error }).model)
    const streamed = languageModel(scripted({ version: 'v3', parts: [{ type: 'error', error }] }).model)
    expect((await failed(thrown.stream(requestOf(), never()))).failure).toMatchObject(expected)
    expect((await failed(streamed.stream(requestOf(), never()))).failure).toMatchObject(expected)
  })

  test('a key that an error shows is hidden', async () => {
    const { model } = scripted({
      version: 'v3',
      parts: [],
      throws: new Error('bad key sk-proj-abcdefgh12345'),
    })
    expect((await failed(languageModel(model).stream(requestOf(), never()))).failure.message).not.toContain(
      'abcdefgh12345',
    )
  })
})
