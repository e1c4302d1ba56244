import type { IncomingMessage } from 'node:http'

import type { JsonValue, ModelEvent, ModelFailure, ModelRequest } from '@keepup/core'

import type { AnswerDecoder } from './answer-decoder.ts'
import { answerDocuments, failureBody } from './answer-documents.ts'
import { type CallWatch, unlessEnded, watchCall } from './call-watch.ts'
import type { Connection } from './connection.ts'
import { type Endpoint, failureAt, urlBelow } from './endpoint.ts'
import { estimatedUsage } from './estimated-usage.ts'
import { objectOf } from './json-field.ts'
import { carriedFailure, modelFailed } from './model-failed.ts'
import { type CallStage, networkFailure } from './network-failure.ts'
import { responseFailure } from './response-failure.ts'

/** What a transport adds to the common path of a call. */
export interface Dialect {
  readonly endpoint: Endpoint
  readonly connection: Connection
  /** Below the base URL, with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The request in the provider's format. */
  body(request: ModelRequest): Promise<string>
  decoder(request: ModelRequest): AnswerDecoder
}

/**
 * One call of a model over HTTP, as events. Never throws: whatever happens becomes `failed`. Ending the iteration early ends the call.
 * Where the provider tells no usage, an estimate marked as one stands in.
 */
export async function* streamAnswer(
  dialect: Dialect,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const { endpoint } = dialect
  const watch = watchCall(endpoint.clock, endpoint.limits, signal)
  const decoder = dialect.decoder(request)
  const call: Call = { dialect, watch, decoder, body: '', response: undefined, answered: false }
  try {
    call.body = await unlessEnded(dialect.body(request), watch)
    call.response = await ask(call)
    for await (const document of answerDocuments(endpoint, call.response, watch)) {
      decoder.take(refuseError(endpoint, document.json), document.event)
      yield* decoder.draft.takeEvents()
      if (decoder.stage === 'done') break
      if (decoder.stage === 'finished') watch.settling()
    }
    call.answered = true
    yield finish(call)
  } catch (error) {
    // A complete answer stands, whatever became of the connection after it.
    const complete =
      decoder.stage !== 'open' && watch.end !== 'interrupted' && carriedFailure(error) === undefined
    yield complete
      ? finish(call)
      : failedCall(call, networkFailure(endpoint, error, stageOf(call), watch.end))
  } finally {
    watch.dispose()
    release(call)
  }
}

function stageOf({ response }: Call): CallStage {
  return response === undefined ? 'asking' : 'reading'
}

interface Call {
  readonly dialect: Dialect
  readonly watch: CallWatch
  readonly decoder: AnswerDecoder
  body: string
  response: IncomingMessage | undefined
  answered: boolean
}

/** Sends the request, follows redirects on the same server, and throws `model-failed` for an answer that is a failure. */
async function ask({ dialect, watch, body }: Call): Promise<IncomingMessage> {
  const { endpoint, connection } = dialect
  let url = urlBelow(endpoint.base, dialect.path)
  for (let redirects = 0; ; redirects += 1) {
    const response = await connection.post({
      url,
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...dialect.headers },
      body,
      signal: watch.signal,
      connected: () => watch.connected(),
    })
    watch.progressed()
    const status = response.statusCode ?? 0
    if (status >= 200 && status < 300) return response
    const target = redirects < 3 ? redirectTarget(endpoint, response, url) : undefined
    if (target === undefined) throw modelFailed(await readFailure(endpoint, response, status))
    url = target
    response.destroy()
  }
}

function redirectTarget(endpoint: Endpoint, response: IncomingMessage, from: URL): URL | undefined {
  const status = response.statusCode ?? 0
  const location = response.headers.location ?? ''
  if (status < 300 || status >= 400 || !URL.canParse(location, from.href)) return undefined
  const target = new URL(location, from)
  if (target.origin === from.origin && (status === 307 || status === 308)) return target
  response.destroy()
  throw modelFailed({
    kind: 'invalid-request',
    message: `${endpoint.shown} redirects to ${target.origin}${target.pathname}, and keys are not sent on. If that is right, make it the base URL.`,
    retryable: false,
    status,
  })
}

async function readFailure(
  endpoint: Endpoint,
  response: IncomingMessage,
  status: number,
): Promise<ModelFailure> {
  const body = await failureBody(response).catch(() => '')
  response.destroy()
  return responseFailure(endpoint, { status, headers: response.headers, body })
}

/** Some servers answer 200 and tell of the failure in the body, or in the middle of a stream. */
function refuseError(endpoint: Endpoint, json: JsonValue): JsonValue {
  const document = objectOf(json)
  if (document === undefined)
    throw modelFailed({
      kind: 'invalid-response',
      message: `${endpoint.shown} sent ${JSON.stringify(json).slice(0, 100)} instead of an object.`,
      retryable: true,
    })
  const error = document['error']
  if (error === undefined || error === null || error === false || error === '') return json
  throw modelFailed(responseFailure(endpoint, { status: undefined, headers: {}, body: json }))
}

function finish(call: Call): ModelEvent {
  const { decoder, watch, dialect } = call
  const { endpoint } = dialect
  const { reason, usage, cost, failure } = decoder.ended()
  if (watch.end === 'interrupted')
    return failedCall(call, networkFailure(endpoint, undefined, 'reading', watch.end))
  if (failure !== undefined) return failedCall(call, failureAt(endpoint, failure))
  if (reason === undefined)
    return failedCall(call, {
      kind: 'stream-cut',
      message: `The answer of ${endpoint.shown} ended before it was finished.`,
      retryable: true,
    })
  return {
    type: 'finished',
    message: decoder.draft.message(),
    reason: reason === 'stop' && decoder.draft.calls > 0 ? 'tool-calls' : reason,
    usage: usage ?? estimatedUsage(call.body.length, decoder.draft),
    ...(cost === undefined ? {} : { cost }),
  }
}

/** A call that failed once its answer had begun is paid for all the same. */
function failedCall({ body, decoder }: Call, failure: ModelFailure): ModelEvent {
  const told = decoder.ended().usage
  const usage = told ?? (decoder.draft.begun ? estimatedUsage(body.length, decoder.draft) : undefined)
  return { type: 'failed', failure, ...(usage === undefined ? {} : { usage }) }
}

/** Gives the socket of an answered call back once its last bytes are in; ends any other. Never keeps the process alive for it. */
function release({ response, answered }: Call): void {
  if (response === undefined || response.destroyed) return
  if (!answered) return void response.destroy()
  let size = 0
  response.unpipe()
  response.socket.unref()
  response.setTimeout(2000, () => response.destroy())
  response.on('data', (piece: Buffer) => {
    size += piece.length
    if (size > 1024) response.destroy()
  })
}
