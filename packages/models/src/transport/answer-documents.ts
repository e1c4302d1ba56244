import type { IncomingMessage } from 'node:http'

import type { JsonValue } from '@keepup/core'

import type { CallWatch } from './call-watch.ts'
import type { Endpoint } from './endpoint.ts'
import { EventStreamParser, type ServerSentEvent } from './event-stream.ts'
import { modelFailed } from './model-failed.ts'
import { shortened } from './provider-error.ts'

/** One JSON document of an answer. */
export interface AnswerDocument {
  readonly event: string
  readonly json: JsonValue
}

/**
 * The JSON documents of an answer: the events of a stream as they arrive, or, from a server that does not stream, its whole body (one document, a
 * list of them, or one per line) once it is complete. `[DONE]` ends it. Throws `model-failed` for what is neither.
 */
export async function* answerDocuments(
  endpoint: Endpoint,
  response: IncomingMessage,
  watch: CallWatch,
): AsyncGenerator<AnswerDocument> {
  const bytes = boundedBytes(await decoded(response), endpoint.limits.bytes)
  const head = await readHead(bytes)
  const first = head
    .toString('latin1')
    .replace(/^\u00EF\u00BB\u00BF/, '')
    .trimStart()[0]
  if (first === '{' || first === '[') yield* wholeDocuments(endpoint, await readAll(head, bytes, watch))
  else if (first === undefined || first === '<') throw noAnswer(endpoint, await readAll(head, bytes, watch))
  else yield* streamedDocuments(endpoint, head, bytes, watch)
}

/** The body of an answer that is a failure: parsed where it is JSON. At most 64 KiB are read. */
export async function failureBody(response: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of await decoded(response)) {
    pieces.push(Buffer.from(piece))
    size += piece.length
    if (size > 65_536) break
  }
  const text = Buffer.concat(pieces).toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function decoded(response: IncomingMessage): Promise<AsyncIterable<Uint8Array>> {
  const encoding = response.headers['content-encoding']?.toLowerCase() ?? 'identity'
  // The socket outlives the reading of an answer, so that it can be used again.
  if (encoding === 'identity' || encoding === '') return response.iterator({ destroyOnReturn: false })
  const { createBrotliDecompress, createUnzip } = await import('node:zlib')
  const unpack = encoding === 'br' ? createBrotliDecompress() : createUnzip()
  response.once('error', (error) => unpack.destroy(error))
  return response.pipe(unpack)
}

async function* boundedBytes(source: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let size = 0
  for await (const piece of source) {
    size += piece.length
    if (size > limit) throw new RangeError(`more than ${limit} bytes`)
    yield piece
  }
}

/** Reads until something that is not white space arrived. */
async function readHead(bytes: AsyncGenerator<Uint8Array>): Promise<Buffer> {
  let head = Buffer.alloc(0)
  while (!/[^\s\u00EF\u00BB\u00BF]/.test(head.toString('latin1'))) {
    const piece = await bytes.next()
    if (piece.done === true) return head
    head = Buffer.concat([head, piece.value])
  }
  return head
}

async function readAll(head: Buffer, bytes: AsyncGenerator<Uint8Array>, watch: CallWatch): Promise<string> {
  const pieces: Uint8Array[] = [head]
  for await (const piece of bytes) {
    pieces.push(piece)
    watch.progressed()
  }
  return Buffer.concat(pieces).toString()
}

function wholeDocuments(endpoint: Endpoint, text: string): readonly AnswerDocument[] {
  const json = parsed(text.replace(/^\uFEFF/, '')) ?? parsedLines(text)
  if (json === undefined) throw noAnswer(endpoint, text)
  return (Array.isArray(json) ? json : [json]).map((document: JsonValue) => ({ event: '', json: document }))
}

function parsedLines(text: string): readonly JsonValue[] | undefined {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => parsed(line))
  const whole = lines.filter((line) => line !== undefined)
  return whole.length === lines.length && lines.length > 0 ? whole : undefined
}

function parsed(text: string): JsonValue | undefined {
  try {
    // JSON.parse makes nothing but JSON.
    return JSON.parse(text) as JsonValue
  } catch {
    return undefined
  }
}

async function* streamedDocuments(
  endpoint: Endpoint,
  head: Buffer,
  bytes: AsyncGenerator<Uint8Array>,
  watch: CallWatch,
): AsyncGenerator<AnswerDocument> {
  const parser = new EventStreamParser(endpoint.limits.bytes)
  let documents = 0
  for await (const event of events(parser, head, bytes, watch)) {
    if (event.data.trim() === '[DONE]') return
    if (event.data.trim() === '') continue
    const json = parsed(event.data)
    if (json === undefined)
      throw invalid(
        `${endpoint.shown} sent an event that is not JSON: ${shortened(event.data).slice(0, 200)}`,
      )
    documents += 1
    yield { event: event.event, json }
  }
  if (documents === 0) throw noAnswer(endpoint, head.toString())
}

async function* events(
  parser: EventStreamParser,
  head: Buffer,
  bytes: AsyncGenerator<Uint8Array>,
  watch: CallWatch,
): AsyncGenerator<ServerSentEvent> {
  yield* parser.push(head)
  let lines = 0
  for await (const piece of bytes) {
    const found = parser.push(piece)
    if (parser.lines > lines) watch.progressed()
    lines = parser.lines
    yield* found
  }
  yield* parser.end()
}

function noAnswer(endpoint: Endpoint, text: string): Error {
  const shown = shortened(text).slice(0, 200)
  if (shown === '') return invalid(`${endpoint.shown} sent an empty answer.`)
  return invalid(
    `${endpoint.shown} answered with something that is no model's answer. Check the base URL. It begins: ${shown}`,
  )
}

function invalid(message: string): Error {
  return modelFailed({ kind: 'invalid-response', message, retryable: true })
}
