import { KeepupError, type Milliseconds } from '@keepup/core'
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client'

import { isAlive, type LeashedServer, type ServerProgram, startLeashedServer } from './leashed-server.ts'
import { type MessageLine, readMessageLines } from './message-lines.ts'
import type { ServerLog } from './server-log.ts'

/** @limit In bytes: a longer message of a server over stdio is an error in place of its answer. */
const mostMessage = 32 * 1024 * 1024
/** In bytes: a server that leaves more unread is ended. */
const mostUnread = 64 * 1024 * 1024
/** How long a server has to end once its input is closed, and once more after SIGTERM. */
const grace: Milliseconds = 1_000
/** How long what was killed may take to vanish. */
const killing: Milliseconds = 3_000
/** How long the end of what a server started is waited for, once it has ended itself. */
const vanishing: Milliseconds = 1_000

/** What the transport is made of. */
export interface StdioParts {
  readonly program: ServerProgram
  /** A name that no other process of this machine has. */
  readonly mark: string
  readonly log: ServerLog
}

/** A transport of the SDK over a server process of ours. */
export interface StdioTransport extends Transport {
  /** The SDK tells by these two that it speaks to a process. */
  readonly pid: number | null
  readonly stderr: null
  /** How the process ended, once it has. */
  endedWith(): string | undefined
}

/**
 * Speaks JSON-RPC, one message a line, with a server process: see `startLeashedServer`. What is no message is told to the log and otherwise ignored. `close`
 * closes the server's input, then sends SIGTERM to its group, then kills all of it.
 */
export function createStdioTransport({ program, mark, log }: StdioParts): StdioTransport {
  let server: LeashedServer | undefined
  let over: string | undefined
  let closing: Promise<void> | undefined
  const ended = (how: string): void => {
    if (over !== undefined) return
    over = how
    transport.onclose?.()
  }
  const transport: StdioTransport = {
    stderr: null,
    get pid() {
      return server?.pid ?? null
    },
    endedWith: () => over,
    async start() {
      server = await startLeashedServer(program, mark)
      listen(server, transport, log)
      void server.exited.then((how) => leaveTime(() => ended(how)))
    },
    async send(message) {
      if (server === undefined || over !== undefined) throw notRunning(over)
      const { input } = server
      if (input.writableLength > mostUnread) {
        server.kill()
        throw new KeepupError('tool-failed', 'The server does not read what it is sent. It was ended.')
      }
      input.write(`${JSON.stringify(message)}\n`)
    },
    close() {
      closing ??= server === undefined ? Promise.resolve() : endServer(server, mark)
      return closing.then(() => ended('it was closed'))
    },
  }
  return transport
}

/** What it said last may still be on its way. */
function leaveTime(then: () => void): void {
  setTimeout(then, 20)
}

function notRunning(how: string | undefined): KeepupError {
  const why = how === undefined ? 'was not started' : `ended with ${how}`
  return new KeepupError('tool-failed', `The server ${why}.`, { details: { outcome: 'not-run' } })
}

function listen({ output, errors }: LeashedServer, transport: Transport, log: ServerLog): void {
  errors.setEncoding('utf8').on('data', (piece: string) => log.write(piece))
  const take = readMessageLines(mostMessage, (line) => {
    try {
      for (const message of messagesOf(line, log)) transport.onmessage?.(message)
    } catch (error) {
      log.line(`[a message could not be handled: ${String(error)}]`)
    }
  })
  output.on('data', take)
}

function messagesOf(line: MessageLine, log: ServerLog): readonly JSONRPCMessage[] {
  if (line.type === 'too-long') return answerInPlace(line, log)
  const value = parse(line.text)
  // Version 2025-03-26 has batches.
  const messages = Array.isArray(value) ? value : [value]
  if (messages.length > 0 && messages.every(isMessage)) return messages
  if (line.text.trim() !== '') log.line(`[no message on its output: ${line.text.slice(0, 200)}]`)
  return []
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isMessage(value: unknown): value is JSONRPCMessage {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0'
}

/** Whoever waits for a message that is too long is told so, where it can be told who. */
function answerInPlace(
  { length, ends }: Extract<MessageLine, { type: 'too-long' }>,
  log: ServerLog,
): readonly JSONRPCMessage[] {
  const text = `a message of ${length} bytes was dropped: the most is ${mostMessage}`
  log.line(`[${text}]`)
  const id = /"id"\s*:\s*(\d{1,15})\b/.exec(ends)?.[1]
  if (id === undefined) return []
  const message = `The answer is too large: ${text}. Ask for less at once.`
  return [{ jsonrpc: '2.0', id: Number(id), error: { code: -32_603, message } }]
}

async function endServer(server: LeashedServer, mark: string): Promise<void> {
  await endItself(server)
  await vanish(server, mark)
}

async function endItself(server: LeashedServer): Promise<void> {
  const within = (time: Milliseconds): Promise<boolean> =>
    Promise.race([server.exited.then(() => true), later(time).then(() => false)])
  server.input.end()
  if (await within(grace)) return
  server.terminate()
  if (await within(grace)) return
  server.kill()
  await within(killing)
}

/** Waits until what the server left behind is gone too. */
async function vanish({ pid }: LeashedServer, mark: string): Promise<void> {
  for (let waited = 0; waited < vanishing && isAlive(pid, mark); waited += 20) await later(20)
}

function later(duration: Milliseconds): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration))
}
