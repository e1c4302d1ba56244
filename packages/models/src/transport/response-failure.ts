import type { ModelFailure, ModelFailureKind } from '@keepup/core'

import { type Endpoint, failureAt } from './endpoint.ts'
import { type ProviderError, providerErrorOf } from './provider-error.ts'
import { type AnswerHeaders, headerOf, retryAfterOf } from './retry-after.ts'

/** What a server answered instead of a message. */
export interface FailedAnswer {
  /** Undefined for an error inside a stream that began well. */
  readonly status: number | undefined
  readonly headers: AnswerHeaders
  /** Parsed JSON, or the text. */
  readonly body: unknown
}

/** The failure that an answer tells of. Its message says what to do and holds no key. */
export function responseFailure(endpoint: Endpoint, answer: FailedAnswer): ModelFailure {
  const error = providerErrorOf(answer.body) ?? { names: '', message: '', status: undefined }
  const status = answer.status ?? error.status
  const should = headerOf(answer.headers, 'x-should-retry')
  const retryAfter = retryAfterOf(answer.headers, answer.body, endpoint.clock)
  const { kind, retryable } = classify(error, status, retryAfter !== undefined)
  return failureAt(endpoint, {
    kind,
    message: describe(endpoint, kind, status, error),
    retryable: should === 'true' || should === 'false' ? should === 'true' : retryable,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(status === undefined ? {} : { status }),
  })
}

interface Classified {
  readonly kind: ModelFailureKind
  readonly retryable: boolean
}

const overflow =
  /context_length_exceeded|token count[^.]*exceeds|exceeded model token limit|tokens[^.]*must be <=|context[ _]window|maximum context|context length|context size|model_max_prompt|prompt is too long|input is too long|too many (?:input )?tokens|exceeds the (?:maximum|available|model)[^.]*(?:tokens|context)|input token count|request_too_large|reduce the length|maximum (?:prompt|input) length|string_above_max_length|larger than the maximum|exceed_context_size/i
const filtered =
  /content_filter|content_policy|content management policy|responsibleai|safety system|prohibited_content/i
const spent =
  /insufficient_quota|billing|insufficient (?:balance|credit|funds)|credit balance|out of credits|payment required|exceeded your current quota/i
const badKey = /api[ _]key[ _](?:not valid|invalid|expired)|(?:invalid|incorrect) api[ _]key/i
const busy =
  /overloaded|engine_overloaded|model_overloaded|no available capacity|over capacity|at capacity|server is busy/i

/** Google says that a quota is used up also where it is one per minute: a named wait tells the two apart. */
function classify(error: ProviderError, status: number | undefined, waits: boolean): Classified {
  const said = `${error.names} ${error.message}`
  if (status === 402) return { kind: 'rate-limited', retryable: false }
  if (status === 529 || busy.test(said)) return { kind: 'overloaded', retryable: true }
  const mayBeRequest = status === undefined || (status >= 400 && status < 500)
  return (
    (mayBeRequest ? classifyWords(said, status, waits) : undefined) ??
    classifyStatus(status ?? statusNamed(error.names))
  )
}

function classifyWords(said: string, status: number | undefined, waits: boolean): Classified | undefined {
  if (status === 400 && badKey.test(said)) return { kind: 'unauthorised', retryable: false }
  if (spent.test(said)) return { kind: 'rate-limited', retryable: waits }
  if (status === 401 || status === 429) return undefined
  if (overflow.test(said)) return { kind: 'context-overflow', retryable: false }
  return filtered.test(said) ? { kind: 'content-filter', retryable: false } : undefined
}

function classifyStatus(status: number | undefined): Classified {
  if (status === undefined || status === 409 || status >= 500)
    return status === 504
      ? { kind: 'timed-out', retryable: true }
      : { kind: 'unavailable', retryable: status !== 501 }
  if (status === 401 || status === 403) return { kind: 'unauthorised', retryable: false }
  if (status === 408) return { kind: 'timed-out', retryable: true }
  if (status === 413) return { kind: 'context-overflow', retryable: false }
  if (status === 429 || status === 425) return { kind: 'rate-limited', retryable: true }
  return { kind: 'invalid-request', retryable: false }
}

const namedStatus: readonly (readonly [RegExp, number])[] = [
  [/rate_limit|resource_exhausted|too_many_requests/, 429],
  [/authentication|invalid_api_key|unauthenticated/, 401],
  [/permission/, 403],
  [/not_found/, 404],
  [/invalid_request|invalid_argument|bad_request/, 400],
  [/deadline_exceeded|timeout/, 408],
]

function statusNamed(names: string): number | undefined {
  return namedStatus.find(([pattern]) => pattern.test(names))?.[1]
}

function describe(
  endpoint: Endpoint,
  kind: ModelFailureKind,
  status: number | undefined,
  error: ProviderError,
): string {
  const number = status === undefined ? '' : ` (HTTP ${status})`
  const said = error.message === '' ? '' : ` The server says: ${error.message}`
  return `${sentence(endpoint, kind, status, number)}${said}`
}

function sentence(
  endpoint: Endpoint,
  kind: ModelFailureKind,
  status: number | undefined,
  number: string,
): string {
  const { id, shown } = endpoint
  if (kind === 'unauthorised') return `${shown} refused the key of ${id}${number}. ${keyAdvice(endpoint)}`
  if (kind === 'context-overflow') return `The conversation is too long for ${id}${number}.`
  if (kind === 'content-filter') return `The content filter of ${id} refused the request${number}.`
  if (kind === 'rate-limited')
    return status === 402
      ? `The account behind ${id} has no credit left${number}.`
      : `${id} limits how much may be asked of it${number}.`
  if (kind === 'overloaded') return `${id} is overloaded${number}.`
  if (status === 404)
    return `${shown} does not know the model ${JSON.stringify(endpoint.model)}, or the base URL is wrong${number}. Check the model's name with the provider.`
  if (kind === 'invalid-request') return `${id} did not accept the request${number}.`
  return `${id} failed${number}.`
}

function keyAdvice({ keyVariable, hasKey }: Endpoint): string {
  if (keyVariable === undefined) return hasKey ? 'Check the key that was given.' : 'Give an API key.'
  return hasKey ? `Check the key in ${keyVariable}.` : `Set ${keyVariable}.`
}
