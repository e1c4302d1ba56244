import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** One answer of the server. */
export type FakeAnswer =
  | {
      readonly text?: string
      readonly calls?: readonly FakeCall[]
      readonly usage?: { readonly input: number; readonly output: number }
    }
  /** An error status, with the seconds of `Retry-After`. */
  | { readonly status: number; readonly retryAfter?: number }
  /** The stream breaks off after this text. */
  | { readonly cutAfter: string }
  /** Not what the protocol says. */
  | { readonly garbage: string }
  /** Never ends. */
  | { readonly hang: true; readonly text: string }

/** A tool call of an answer. */
export interface FakeCall {
  readonly name: string
  readonly input: unknown
  readonly id?: string
}

/** What a request said, as far as tests look at it. */
export interface SeenRequest {
  readonly body: {
    readonly model: string
    readonly stream?: boolean
    readonly messages: readonly {
      readonly role: string
      readonly content?: unknown
      readonly tool_call_id?: string
    }[]
    readonly tools?: readonly { readonly function: { readonly name: string } }[]
    readonly tool_choice?: unknown
  }
  readonly bytes: number
  readonly authorization: string | undefined
}

/** A server of the chat-completions protocol on this machine. */
export interface FakeServer extends AsyncDisposable {
  /** With `/v1`. */
  readonly url: string
  /** What to write after `--model`. */
  readonly model: string
  readonly requests: readonly SeenRequest[]
}

/** Decides an answer: by the request's number from 0 and what it says. */
export type Responder = (request: SeenRequest, index: number) => FakeAnswer | Promise<FakeAnswer>

/** Starts a server that answers in order, the last answer for ever; or as a function decides. */
export async function startFakeServer(
  answers: readonly FakeAnswer[] | Responder,
  options: { readonly streams?: boolean } = {},
): Promise<FakeServer> {
  const requests: SeenRequest[] = []
  const respond: Responder =
    typeof answers === 'function'
      ? answers
      : (_, index) => answers[Math.min(index, answers.length - 1)] ?? { text: 'done' }
  const server = createServer((request, response) => {
    void read(request).then(async (seen) => {
      if (seen === undefined) return response.writeHead(404).end()
      requests.push(seen)
      const answer = await respond(seen, requests.length - 1)
      return write(response, answer, seen.body.stream === true && options.streams !== false)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on TCP
  const url = `http://127.0.0.1:${port}/v1`
  return {
    url,
    model: `openai-compatible:${url}#fake`,
    requests,
    [Symbol.asyncDispose]: () => close(server),
  }
}

async function read(request: IncomingMessage): Promise<SeenRequest | undefined> {
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return undefined
  const body = (await json(request)) as SeenRequest['body'] // checked by the assertions of tests
  return {
    body,
    bytes: Buffer.byteLength(JSON.stringify(body)),
    authorization: request.headers.authorization,
  }
}

function write(response: ServerResponse, answer: FakeAnswer, streams: boolean): void {
  if ('status' in answer) {
    const wait = answer.retryAfter === undefined ? {} : { 'retry-after': String(answer.retryAfter) }
    response.writeHead(answer.status, { 'content-type': 'application/json', ...wait })
    response.end(JSON.stringify({ error: { message: `status ${answer.status}`, type: 'server_error' } }))
  } else if ('garbage' in answer) {
    response.writeHead(200, { 'content-type': streams ? 'text/event-stream' : 'application/json' })
    response.end(answer.garbage)
  } else if ('cutAfter' in answer) {
    begin(response, answer.cutAfter)
    setTimeout(() => response.destroy(), 20)
  } else if ('hang' in answer) begin(response, answer.text)
  else if (streams) stream(response, answer)
  else whole(response, answer)
}

type Said = Extract<FakeAnswer, { calls?: unknown }>

function begin(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(event({ choices: [{ index: 0, delta: { role: 'assistant', content: text } }] }))
}

function stream(response: ServerResponse, { text = '', calls = [], usage }: Said): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const piece of text.match(/[^]{1,8}/g) ?? []) {
    response.write(event({ choices: [{ index: 0, delta: { content: piece } }] }))
  }
  for (const [index, call] of calls.entries()) {
    const { id, name, argument } = wire(call, index)
    const half = Math.ceil(argument.length / 2)
    const first = { index, id, type: 'function', function: { name, arguments: argument.slice(0, half) } }
    response.write(event({ choices: [{ index: 0, delta: { tool_calls: [first] } }] }))
    const rest = { index, function: { arguments: argument.slice(half) } }
    response.write(event({ choices: [{ index: 0, delta: { tool_calls: [rest] } }] }))
  }
  response.write(
    event({ choices: [{ index: 0, delta: {}, finish_reason: calls.length > 0 ? 'tool_calls' : 'stop' }] }),
  )
  response.write(event({ choices: [], usage: tokens(usage) }))
  response.end('data: [DONE]\n\n')
}

function whole(response: ServerResponse, { text = '', calls = [], usage }: Said): void {
  const toolCalls = calls.map((call, index) => {
    const { id, name, argument } = wire(call, index)
    return { id, type: 'function', function: { name, arguments: argument } }
  })
  const message = { role: 'assistant', content: text, ...(calls.length > 0 ? { tool_calls: toolCalls } : {}) }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({
      id: 'fake',
      object: 'chat.completion',
      model: 'fake',
      choices: [{ index: 0, message, finish_reason: calls.length > 0 ? 'tool_calls' : 'stop' }],
      usage: tokens(usage),
    }),
  )
}

function wire({ id, name, input }: FakeCall, index: number) {
  return { id: id ?? `call_${name}_${index}`, name, argument: JSON.stringify(input) }
}

function tokens({ input, output } = { input: 100, output: 10 }) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
}

function event(chunk: object): string {
  return `data: ${JSON.stringify({ id: 'fake', object: 'chat.completion.chunk', model: 'fake', ...chunk })}\n\n`
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
