import type { ModelFailure } from '@keepup/core'
import { describe, expect, test } from 'vitest'

import { at, failureOf, refusing, secret } from './failing-models.ts'
import { sendEvents } from './loopback.ts'

describe('a failure that the provider tells', () => {
  const openaiError = (message: string, more: object = {}): object => ({
    error: { message, type: 'invalid_request_error', param: null, code: null, ...more },
  })

  test.each<[string, number, unknown, Partial<ModelFailure>, Record<string, string>?]>([
    [
      'rate limit',
      429,
      openaiError('Rate limit reached. Please try again in 1.5s.'),
      { kind: 'rate-limited', retryable: true, retryAfter: 1500 },
    ],
    [
      'rate limit with minutes',
      429,
      openaiError('Please try again in 6m0s.'),
      { kind: 'rate-limited', retryAfter: 360_000 },
    ],
    [
      'spent quota',
      429,
      openaiError('You exceeded your current quota', { code: 'insufficient_quota' }),
      { kind: 'rate-limited', retryable: false },
    ],
    [
      'no credit',
      402,
      { error: { message: 'Insufficient credits', code: 402 } },
      { kind: 'rate-limited', retryable: false },
    ],
    [
      'Google quota per minute',
      429,
      [
        {
          error: {
            code: 429,
            status: 'RESOURCE_EXHAUSTED',
            message: 'You exceeded your current quota',
            details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '13s' }],
          },
        },
      ],
      { kind: 'rate-limited', retryable: true, retryAfter: 13_000 },
    ],
    [
      'overflow by code',
      400,
      openaiError('Too long', { code: 'context_length_exceeded' }),
      { kind: 'context-overflow', retryable: false },
    ],
    [
      'overflow of Anthropic',
      400,
      {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'prompt is too long: 213462 tokens > 200000 maximum',
        },
      },
      { kind: 'context-overflow' },
    ],
    [
      'overflow of Gemini',
      400,
      {
        error: {
          code: 400,
          status: 'INVALID_ARGUMENT',
          message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
        },
      },
      { kind: 'context-overflow' },
    ],
    [
      'overflow of llama.cpp',
      400,
      {
        error: {
          code: 400,
          message: 'the request exceeds the available context size. try increasing it',
          type: 'exceed_context_size_error',
        },
      },
      { kind: 'context-overflow' },
    ],
    [
      'overflow of vLLM',
      400,
      {
        object: 'error',
        message: "This model's maximum context length is 4096 tokens.",
        type: 'BadRequestError',
        code: 400,
      },
      { kind: 'context-overflow' },
    ],
    [
      'request too large',
      413,
      { type: 'error', error: { type: 'request_too_large', message: 'Request exceeds the maximum size' } },
      { kind: 'context-overflow' },
    ],
    [
      'content filter of Azure',
      400,
      openaiError('The response was filtered', { code: 'content_filter' }),
      { kind: 'content-filter', retryable: false },
    ],
    [
      'overloaded Anthropic',
      529,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      { kind: 'overloaded', retryable: true },
    ],
    [
      'overloaded Gemini',
      503,
      { error: { code: 503, status: 'UNAVAILABLE', message: 'The model is overloaded.' } },
      { kind: 'overloaded', retryable: true },
    ],
    ['server error', 500, 'Internal Server Error', { kind: 'unavailable', retryable: true, status: 500 }],
    [
      'bad gateway',
      502,
      '<html><body><h1>502 Bad Gateway</h1></body></html>',
      { kind: 'unavailable', retryable: true },
    ],
    ['gateway time-out', 504, '', { kind: 'timed-out', retryable: true }],
    [
      'bad request',
      400,
      { detail: [{ msg: 'field required', loc: ['body', 'model'] }] },
      { kind: 'invalid-request', retryable: false },
    ],
    [
      'told not to retry',
      500,
      '{}',
      { kind: 'unavailable', retryable: false },
      { 'x-should-retry': 'false' },
    ],
    ['told to retry', 409, '{}', { retryable: true }, { 'x-should-retry': 'true' }],
    ['Retry-After seconds', 503, '{}', { retryAfter: 7000 }, { 'retry-after': '7' }],
    [
      'Retry-After date',
      503,
      '{}',
      { retryAfter: 90_000 },
      { 'retry-after': 'Fri, 20 Nov 2026 12:01:30 GMT' },
    ],
    [
      'Retry-After in the past',
      503,
      '{}',
      { retryAfter: 0 },
      { 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' },
    ],
    ['retry-after-ms', 429, '{}', { retryAfter: 250 }, { 'retry-after-ms': '250', 'retry-after': '9' }],
    [
      'reset of an empty limit',
      429,
      '{}',
      { retryAfter: 61_000 },
      { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1m1s' },
    ],
    [
      'reset of an empty limit at a time',
      429,
      '{}',
      { retryAfter: 5000 },
      {
        'anthropic-ratelimit-tokens-remaining': '0',
        'anthropic-ratelimit-tokens-reset': '2026-11-20T12:00:05Z',
      },
    ],
  ])('%s', async (_, status, body, expected, headers = {}) => {
    expect(await failureOf(refusing(status, body, headers))).toMatchObject(expected)
  })

  test.each([401, 403])('%i names the variable of the key, and never the key', async (status) => {
    const failure = await failureOf(
      refusing(status, openaiError(`Incorrect API key provided: ${secret} or sk-proj-abcdefgh1234.`)),
    )
    expect(failure).toMatchObject({ kind: 'unauthorised', retryable: false, status })
    expect(failure.message).toContain('SOME_API_KEY')
    expect(failure.message).not.toContain(secret)
    expect(failure.message).not.toContain('sk-proj-abcdefgh1234')
  })

  test('an invalid key of Google, which it tells with 400', async () => {
    const body = {
      error: {
        code: 400,
        message: 'API key not valid. Please pass a valid API key.',
        status: 'INVALID_ARGUMENT',
      },
    }
    expect(await failureOf(refusing(400, body), at.gemini)).toMatchObject({ kind: 'unauthorised' })
  })

  test('404 says that the model may be unknown, and at which URL', async () => {
    const failure = await failureOf(refusing(404, openaiError('The model `gone-1` does not exist')))
    expect(failure).toMatchObject({ kind: 'invalid-request', retryable: false })
    expect(failure.message).toContain('"gone-1"')
    expect(failure.message).toContain('http://127.0.0.1:')
  })

  test.each([
    ['an error object', { error: { message: 'Overloaded', type: 'overloaded_error' } }, 'overloaded'],
    ['an error text', { error: 'model is loading' }, 'unavailable'],
    ['an error with a status inside', { error: { message: 'slow down', code: 429 } }, 'rate-limited'],
  ])('a 200 with %s', async (_, body, kind) => {
    expect(await failureOf(refusing(200, body))).toMatchObject({ kind })
  })

  test.each([
    [
      'openai',
      at.openai,
      {
        error: { message: 'Provider disconnected', code: 502 },
        choices: [{ delta: { content: '' }, finish_reason: 'error' }],
      },
      'unavailable',
    ],
    [
      'anthropic',
      at.anthropic,
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      'overloaded',
    ],
    [
      'gemini',
      at.gemini,
      { error: { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'Quota' } },
      'rate-limited',
    ],
  ] as const)('an error in the middle of a stream of %s', async (_, model, event, kind) => {
    expect(await failureOf((response) => sendEvents(response, [event]), model)).toMatchObject({
      kind,
      retryable: true,
    })
  })

  test('a blocked prompt and a malformed call of Gemini', async () => {
    const blocked = await failureOf(
      (response) => sendEvents(response, [{ promptFeedback: { blockReason: 'SAFETY' } }]),
      at.gemini,
    )
    expect(blocked).toMatchObject({ kind: 'content-filter', retryable: false })
    const malformed = await failureOf(
      (response) => sendEvents(response, [{ candidates: [{ finishReason: 'MALFORMED_FUNCTION_CALL' }] }]),
      at.gemini,
    )
    expect(malformed).toMatchObject({ kind: 'invalid-response', retryable: true })
  })
})
