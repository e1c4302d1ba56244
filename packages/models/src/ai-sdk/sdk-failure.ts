import type { ModelFailure } from '@keepup/core'

import type { WatchEnd } from '../transport/call-watch.ts'
import { type Endpoint, failureAt } from '../transport/endpoint.ts'
import { fieldOf, objectOf, textOf } from '../transport/json-field.ts'
import { carriedFailure } from '../transport/model-failed.ts'
import { type CallStage, networkFailure } from '../transport/network-failure.ts'
import { responseFailure } from '../transport/response-failure.ts'
import type { AnswerHeaders } from '../transport/retry-after.ts'

/** The failure that an error of an AI SDK model means: its status, headers and body where it has them (`APICallError`), else its name. */
export function sdkFailure(
  endpoint: Endpoint,
  error: unknown,
  stage: CallStage,
  end: WatchEnd | undefined,
): ModelFailure {
  if (end !== undefined || carriedFailure(error) !== undefined)
    return networkFailure(endpoint, error, stage, end)
  // `RetryError` of the AI SDK wraps what happened last.
  const last = property(error, 'lastError')
  if (last !== undefined) return sdkFailure(endpoint, last, stage, end)
  const status = property(error, 'statusCode')
  const at = locatedAt(endpoint, property(error, 'url'))
  if (typeof status === 'number' && status >= 300) return answeredFailure(at, error, status)
  // An answer that began well broke off, or did not hold what it should.
  const begun = status === undefined ? stage : 'reading'
  if (networkCode(error) !== undefined) return networkFailure(at, withCode(error), begun, undefined)
  if (status !== undefined)
    return failureAt(at, { kind: 'invalid-response', message: messageOf(error), retryable: true })
  return failureAt(endpoint, namedFailure(error) ?? toldFailure(endpoint, error))
}

function answeredFailure(endpoint: Endpoint, error: unknown, status: number): ModelFailure {
  const text = property(error, 'responseBody')
  const body = typeof text === 'string' && text !== '' ? parsed(text) : { message: messageOf(error) }
  const headers = property(error, 'responseHeaders')
  // Headers of an APICallError are texts by name; what is missing reads as undefined.
  const failure = responseFailure(endpoint, {
    status,
    headers: (objectOf(headers) ?? {}) as AnswerHeaders,
    body,
  })
  return property(error, 'isRetryable') === false && status < 500 ? { ...failure, retryable: false } : failure
}

/** Errors of the AI SDK by name (`AI_…`). */
function namedFailure(error: unknown): ModelFailure | undefined {
  const name = textOf(property(error, 'name')) ?? ''
  const message = messageOf(error)
  if (/LoadAPIKey|LoadSetting/.test(name)) return { kind: 'unauthorised', message, retryable: false }
  if (/NoSuchModel|InvalidPrompt|InvalidArgument|UnsupportedFunctionality/.test(name))
    return { kind: 'invalid-request', message, retryable: false }
  if (/JSONParse|TypeValidation|InvalidResponse|EmptyResponse|NoContent/.test(name))
    return { kind: 'invalid-response', message, retryable: true }
  if (name === 'AbortError' || name === 'TimeoutError') return { kind: 'timed-out', message, retryable: true }
  return undefined
}

/** An error that a stream told: a text, or the provider's own object. */
function toldFailure(endpoint: Endpoint, error: unknown): ModelFailure {
  if (error instanceof Error) {
    const retryable = property(error, 'isRetryable') === true
    return { kind: retryable ? 'unavailable' : 'invalid-response', message: messageOf(error), retryable }
  }
  return responseFailure(endpoint, {
    status: undefined,
    headers: {},
    body:
      objectOf(fieldOf(error, 'error')) === undefined ? { error: objectOf(error) ?? String(error) } : error,
  })
}

function networkCode(error: unknown): string | undefined {
  const code =
    textOf(property(error, 'code')) ??
    textOf(property(property(error, 'cause'), 'code')) ??
    textOf(property(property(property(error, 'cause'), 'cause'), 'code'))
  return code !== undefined && /^E[A-Z]+$|^UND_ERR/.test(code) ? code : undefined
}

function withCode(error: unknown): object {
  return { code: networkCode(error), cause: error }
}

function locatedAt(endpoint: Endpoint, url: unknown): Endpoint {
  if (typeof url !== 'string' || !URL.canParse(url)) return endpoint
  const base = new URL(url)
  return { ...endpoint, base, shown: base.origin }
}

/** Errors are no JSON: their members are looked up one at a time. */
function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function messageOf(error: unknown): string {
  return textOf(property(error, 'message')) ?? String(error)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
