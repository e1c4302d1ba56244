import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that the server answered. */
export interface ServedRequest {
  readonly path: string
  /** Of the body. */
  readonly bytes: number
  /** From its first byte to the end of the answer, in milliseconds. */
  readonly milliseconds: number
  readonly streamed: boolean
}

/** A server of OpenAI's chat completions on this machine, without a model behind it. */
export interface FakeServer extends AsyncDisposable {
  /** The base URL, `/v1` included. */
  readonly url: string
  /** What it answered so far, in order; empty it to start anew. */
  readonly served: ServedRequest[]
}

/** The call that a conversation without a tool result is answered with, and the text that ends it. */
export interface FakeAnswer {
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
  readonly text: string
}

interface ChatRequest {
  readonly model?: string
  readonly stream?: boolean
  readonly messages?: readonly { readonly role: string }[]
}

/** Starts one on a free port. It answers in one piece or as a stream, as it is asked. */
export async function startFakeServer(answer: FakeAnswer): Promise<FakeServer> {
  const served: ServedRequest[] = []
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const started = performance.now()
    const body = await bodyOf(request)
    const chat = JSON.parse(body || '{}') as ChatRequest
    response.on('finish', () => {
      const milliseconds = performance.now() - started
      const bytes = Buffer.byteLength(body)
      served.push({ path: request.url ?? '', bytes, milliseconds, streamed: chat.stream === true })
    })
    reply(response, chat, answer)
  }
  const server = createServer((request, response) => void serve(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A listening TCP server has a numbered address.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    served,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(Buffer.from(piece as Uint8Array))
  return Buffer.concat(pieces).toString()
}

function reply(response: ServerResponse, chat: ChatRequest, answer: FakeAnswer): void {
  const asked = chat.messages?.some(({ role }) => role === 'tool') === true
  const message = asked ? { content: answer.text } : { content: null, tool_calls: [toolCall(answer)] }
  const reason = asked ? 'stop' : 'tool_calls'
  const usage = { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 }
  const common = { id: 'chatcmpl-1', created: 0, model: chat.model ?? 'any' }
  if (chat.stream !== true) {
    const choice = { index: 0, message: { role: 'assistant', ...message }, finish_reason: reason }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ ...common, object: 'chat.completion', choices: [choice], usage }))
    return
  }
  response.setHeader('content-type', 'text/event-stream')
  const send = (chunk: object): void => {
    response.write(`data: ${JSON.stringify({ ...common, object: 'chat.completion.chunk', ...chunk })}\n\n`)
  }
  const delta = asked ? message : { tool_calls: [{ index: 0, ...toolCall(answer) }] }
  send({ choices: [{ index: 0, delta: { role: 'assistant', ...delta }, finish_reason: null }] })
  send({ choices: [{ index: 0, delta: {}, finish_reason: reason }], usage })
  response.end('data: [DONE]\n\n')
}

function toolCall({ tool, input }: FakeAnswer): object {
  return { id: 'call_1', type: 'function', function: { name: tool, arguments: JSON.stringify(input) } }
}
