import { performance } from 'node:perf_hooks'
import { PassThrough } from 'node:stream'

import { KeepupError, type Milliseconds } from '@keepup/core'
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node'

import type { LeashedProcess } from '../leashed-process.ts'
import { createAllowance } from './allowance.ts'

/** How a server is asked. */
export interface RequestOptions {
  readonly timeout: Milliseconds
  readonly signal?: AbortSignal
}

/** JSON-RPC 2.0 with one server, every request bounded in time and everything that comes bounded in size. */
export interface ServerConnection {
  /** Fails `tool-failed` where the server answers an error, not in time, or has ended; the signal's reason where it is aborted. */
  request(method: string, parameters: unknown, options: RequestOptions): Promise<unknown>
  notify(method: string, parameters: unknown): void
  /** Resolves with what went wrong once the server has ended, was ended, or broke the protocol. */
  readonly ended: Promise<string>
  /** Ends the server at once, with everything it started, for a reason that `ended` tells. */
  end(reason: string): void
}

/** What a server tells and asks by itself. */
export interface ServerListener {
  notified(method: string, parameters: unknown): void
  /** `undefined` where the method is not known. */
  asked(method: string, parameters: unknown): { readonly answer: unknown } | undefined
}

/** A server that sends more is ended: in bytes, with what a message costs beside its own. */
const most = 32 * 1024 * 1024
const perSecond = 2 * 1024 * 1024
const messageCost = 512
/** How much of the error stream is kept, in characters. */
const mostErrors = 2_000
/** How many requests in a row may go without an answer in time before the server counts as hung. */
const mostUnanswered = 2

/** The code of an answer to a request that is not known (JSON-RPC 2.0, section 5.1). */
const methodNotFound = -32_601

/** Speaks with a server that was started. */
export function connectServer(server: LeashedProcess, listener: ServerListener): ServerConnection {
  const { promise: ended, resolve } = Promise.withResolvers<string>()
  const errors = keepLast(server)
  let over: string | undefined
  const end = (reason: string): void => {
    if (over !== undefined) return
    over = reason
    resolve(reason)
    server.kill()
    connection.dispose()
  }
  const connection = createMessageConnection(
    new StreamMessageReader(bounded(server, end)),
    new StreamMessageWriter(server.input),
    { error: () => {}, warn: () => {}, info: () => {}, log: () => {} },
  )
  listen(connection, listener, end)
  void tellEnd(server, errors, end)
  let unanswered = 0
  return {
    ended,
    end,
    notify(method, parameters) {
      // It throws at once where the server has just gone, which `ended` tells.
      const sent = async (): Promise<void> => connection.sendNotification(method, parameters)
      if (over === undefined) sent().catch(() => {})
    },
    async request(method, parameters, options) {
      if (over !== undefined) throw failure(method, over)
      const answer = await ask(connection, { method, parameters }, { ...options, ended, over: () => over })
      unanswered = answer.late ? unanswered + 1 : 0
      if (unanswered >= mostUnanswered) end(`it gave no answer to ${unanswered} requests in a row`)
      // A timer may fire a moment before the clock says so: whoever looks at it takes this word.
      if (answer.late)
        throw failure(method, `no answer within ${options.timeout} ms`, { details: { late: true } })
      return answer.value
    },
  }
}

function listen(
  connection: MessageConnection,
  listener: ServerListener,
  end: (reason: string) => void,
): void {
  connection.onRequest((method, parameters) => {
    const known = listener.asked(method, parameters)
    return known === undefined ? new ResponseError(methodNotFound, `${method} is not known`) : known.answer
  })
  connection.onNotification((method, parameters) => listener.notified(method, parameters))
  connection.onError(([error]) => end(`it broke the protocol: ${error.message}`))
  connection.listen()
}

async function tellEnd(
  { exited }: LeashedProcess,
  errors: () => string,
  end: (reason: string) => void,
): Promise<void> {
  const { code, signal } = await exited
  // What it said last may still be on its way.
  await new Promise((done) => setTimeout(done, 20))
  end(`it ended with ${signal ?? `code ${code}`}${errors()}`)
}

interface Question {
  readonly method: string
  readonly parameters: unknown
}

type Asked = { readonly late: false; readonly value: unknown } | { readonly late: true }

async function ask(
  connection: MessageConnection,
  { method, parameters }: Question,
  {
    timeout,
    signal,
    ended,
    over,
  }: RequestOptions & { readonly ended: Promise<string>; readonly over: () => string | undefined },
): Promise<Asked> {
  signal?.throwIfAborted()
  const cancel = new CancellationTokenSource()
  const { promise: stopped, resolve, reject } = Promise.withResolvers<Asked>()
  const timer = setTimeout(() => resolve({ late: true }), timeout)
  const abort = (): void => reject(signal?.reason)
  signal?.addEventListener('abort', abort, { once: true })
  const sent = async (): Promise<unknown> => connection.sendRequest(method, parameters, cancel.token)
  const answered = sent().then(
    (value): Asked => ({ late: false, value }),
    (error: unknown) => {
      // What became of the server says more than that its answer will not come.
      throw failure(method, over() ?? (error instanceof Error ? error.message : String(error)), {
        cause: error,
      })
    },
  )
  const gone = ended.then((reason): Asked => {
    throw failure(method, reason)
  })
  try {
    return await Promise.race([answered, stopped, gone])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    for (const late of [answered, gone, stopped]) late.catch(() => {})
    if (over() === undefined) cancel.cancel()
    cancel.dispose()
  }
}

/** An answer that is an error keeps it as its cause, code included. */
function failure(
  method: string,
  reason: string,
  options: ConstructorParameters<typeof KeepupError>[2] = {},
): KeepupError {
  return new KeepupError('tool-failed', `The language server did not answer ${method}: ${reason}`, options)
}

/** What a server sends, as long as it speaks the protocol and keeps to its allowance. */
function bounded(server: LeashedProcess, end: (reason: string) => void): PassThrough {
  const allowance = createAllowance({ most, perSecond, now: () => performance.now() })
  const through = new PassThrough()
  let first = true
  server.output.on('data', (chunk: Buffer) => {
    if (first && !/^content-/i.test(chunk.toString('latin1', 0, 8).padEnd(8, ' '))) {
      end(`it does not speak the protocol, but says: ${chunk.toString('utf8', 0, 200).trim()}`)
    }
    first = false
    if (!allowance.spend(chunk.length + messagesIn(chunk) * messageCost)) {
      end(`it sent too much: more than ${most / 1_048_576} MiB at once`)
    }
    through.write(chunk)
  })
  return through
}

const header = Buffer.from('Content-Length')

function messagesIn(chunk: Buffer): number {
  let count = 0
  for (let at = chunk.indexOf(header); at >= 0; at = chunk.indexOf(header, at + header.length)) count++
  return count
}

function keepLast(server: LeashedProcess): () => string {
  let kept = ''
  server.errors.on('data', (chunk: Buffer) => {
    kept = (kept + chunk.toString('utf8')).slice(-mostErrors)
  })
  return () => (kept.trim() === '' ? '' : `, saying: ${kept.trim()}`)
}
