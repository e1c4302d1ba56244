import { type JsonObject, KeepupError } from '@keepup/core'
import type { Client, PriorDiscovery, Transport } from '@modelcontextprotocol/client'

import { openHttp } from '../http/http-transport.ts'
import type { HttpTransport, StdioTransport } from '../server-definition.ts'
import { serverEnvironment } from '../stdio/server-environment.ts'
import { createStdioTransport } from '../stdio/stdio-transport.ts'
import type { ConnectionParts } from './connection-parts.ts'
import { createClient } from './create-client.ts'
import { createEraMemory, type EraVerdict } from './era-verdict.ts'
import { failureFacts } from './failure-facts.ts'
import { interceptMessages } from './intercept-messages.ts'
import { keepRaw } from './keep-raw.ts'
import { createPauses } from './pauses.ts'
import { createQuestionLimit } from './question-limit.ts'
import { requestFailure } from './request-failure.ts'
import { SdkConnection } from './sdk-connection.ts'
import { createServerQuestions } from './server-questions.ts'

/** In milliseconds; see `ServerTimeouts`. */
const usualStart = 30_000

/** A transport that was made, and what the connection needs of it besides. */
interface Opened {
  readonly transport: Transport
  readonly refusal?: () => KeepupError | undefined
  readonly leave?: () => Promise<void>
  readonly endedWith?: () => string | undefined
}

/** How an attempt to connect goes about it. */
interface Attempt {
  readonly open: () => Opened
  readonly prior?: EraVerdict
  readonly signal: AbortSignal
}

/**
 * Connects to a server: with what is remembered of it where that is, else by asking which protocol it speaks. A process that ends when it is asked is started
 * again and taken for an older one; a server that knows no streamable HTTP is tried by SSE. Fails with a `KeepupError` that says what to do; nothing is left
 * running then.
 */
export async function openConnection(parts: ConnectionParts, signal: AbortSignal): Promise<SdkConnection> {
  const { definition, store, clock } = parts
  const memory = createEraMemory(definition, store, clock)
  const prior = await memory.recall()
  if (prior !== undefined) {
    try {
      const known = await connectEither(parts, prior, signal)
      known.doubt(() => memory.forget())
      return known
    } catch (error) {
      // What was remembered may be wrong by now.
      if (signal.aborted || !KeepupError.is(error, 'tool-failed') || failureFacts(error)?.reconnect === true)
        throw error
      await memory.forget()
    }
  }
  const connection = await connectEither(parts, undefined, signal)
  await memory.remember(connection.verdict)
  return connection
}

function connectEither(
  parts: ConnectionParts,
  prior: EraVerdict | undefined,
  signal: AbortSignal,
): Promise<SdkConnection> {
  const { transport } = parts.definition
  return transport.type === 'stdio'
    ? connectProcess(parts, transport, prior, signal)
    : connectUrl(parts, transport, prior, signal)
}

async function connectProcess(
  parts: ConnectionParts,
  transport: StdioTransport,
  prior: EraVerdict | undefined,
  signal: AbortSignal,
): Promise<SdkConnection> {
  const open = (): Opened & { readonly endedWith: () => string | undefined } => {
    const made = createStdioTransport({
      program: {
        command: transport.command,
        args: transport.args,
        folder: transport.cwd ?? parts.folder,
        environment: serverEnvironment(parts.environment, transport.env),
      },
      mark: `keepup-mcp-${parts.newId()}`,
      log: parts.log,
    })
    return { transport: made, endedWith: () => made.endedWith() }
  }
  if (prior !== undefined) return connect(parts, { open, prior, signal })
  let probed: ReturnType<typeof open> | undefined
  try {
    return await connect(parts, { open: () => (probed = open()), signal })
  } catch (error) {
    const ending = probed?.endedWith()
    // Servers of some older SDKs end when something comes before `initialize`. The shell says 126 or 127 where it cannot start a program.
    if (signal.aborted || ending === undefined || !/^(code (?!12[67]$)|signal )/.test(ending)) throw error
    return connect(parts, { open, prior: { era: 'legacy' }, signal })
  }
}

async function connectUrl(
  parts: ConnectionParts,
  transport: HttpTransport,
  prior: EraVerdict | undefined,
  signal: AbortSignal,
): Promise<SdkConnection> {
  const { authorise } = parts
  const openSse = (): Opened => openHttp({ transport: { ...transport, type: 'sse' }, authorise })
  const sse = { era: 'legacy', type: 'sse' } as const
  if (transport.type === 'sse' || (prior?.era === 'legacy' && prior.type === 'sse')) {
    return connect(parts, { open: openSse, prior: sse, signal })
  }
  try {
    const open = (): Opened => openHttp({ transport, authorise })
    return await connect(parts, prior === undefined ? { open, signal } : { open, prior, signal })
  } catch (error) {
    if (signal.aborted || !speaksNoStreamableHttp(error)) throw error
    // Where that fails too, the first failure says more.
    return connect(parts, { open: openSse, prior: sse, signal }).catch(() => Promise.reject(error))
  }
}

/** A server of version 2024-11-05 answers a POST to its stream with a 4xx (2025-11-25, transports, backwards compatibility). */
function speaksNoStreamableHttp(error: unknown): boolean {
  return KeepupError.is(error) && /HTTP 40[045]\b/.test(error.message)
}

async function connect(parts: ConnectionParts, { open, prior, signal }: Attempt): Promise<SdkConnection> {
  const { definition } = parts
  const pauses = createPauses()
  const limit = createQuestionLimit()
  const questions = createServerQuestions({
    ...parts,
    server: definition.name,
    limit,
    pause: pauses.pause,
    tell: (text) => parts.log.line(`[${text}]`),
  })
  const start = definition.timeouts?.start ?? usualStart
  const client = createClient({ ...parts, questions, start })
  const opened = open()
  interceptMessages(opened.transport, keepRaw)
  const connection = new SdkConnection({
    ...parts,
    client,
    questions,
    limit,
    pauses,
    opened,
    ...verdictOf(prior),
  })
  const late = AbortSignal.timeout(start)
  try {
    await within(handshake(client, opened.transport, prior, start), AbortSignal.any([signal, late]))
    connection.begin()
    return connection
  } catch (error) {
    await connection.close()
    signal.throwIfAborted()
    throw connectFailure(parts, opened, late.aborted ? start : undefined, error)
  }
}

function verdictOf(prior: EraVerdict | undefined): { readonly prior?: EraVerdict } {
  return prior === undefined ? {} : { prior }
}

async function handshake(
  client: Client,
  transport: Transport,
  prior: EraVerdict | undefined,
  timeout: number,
): Promise<void> {
  await client.connect(transport, prior === undefined ? { timeout } : { timeout, prior: priorOf(prior) })
}

function priorOf(verdict: EraVerdict): PriorDiscovery {
  if (verdict.era === 'legacy') return { kind: 'legacy' }
  // It was the SDK's own before it was stored; what it relies on of it is the list of versions.
  return {
    kind: 'modern',
    discover: verdict.discover as JsonObject & { supportedVersions: string[] },
  } as PriorDiscovery
}

async function within(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
    work.catch(() => {})
    promise.catch(() => {})
  }
}

function connectFailure(
  { definition: { name }, log }: ConnectionParts,
  { refusal, endedWith }: Opened,
  after: number | undefined,
  error: unknown,
): KeepupError {
  const refused = refusal?.()
  if (refused !== undefined) return refused
  const ending = endedWith?.()
  if (ending !== undefined && ending !== 'it was closed') {
    const said = log.lines().slice(-5).join('\n').slice(-1_000)
    const saying = said === '' ? '' : `, saying:\n${said}`
    const text = `MCP server "${name}" ended with ${ending} before it was ready${saying}`
    return new KeepupError('tool-failed', text, {
      cause: error,
      details: { server: name, outcome: 'not-run', reconnect: false },
    })
  }
  const timedOut =
    after === undefined ? {} : { timedOut: { reason: `It was not ready within ${after} ms.`, after } }
  const { code, message, details, cause } = requestFailure(error, {
    server: name,
    session: false,
    ...timedOut,
  })
  // Whatever happened, no request of the caller's was sent, and none timed out.
  const { timedOut: _late, ...facts } = details
  return new KeepupError(code, message, { cause: cause ?? error, details: { ...facts, outcome: 'not-run' } })
}
