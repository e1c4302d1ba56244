import { KeepupError } from '@keepup/core'
import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client'

import { plainText } from '../plain-text.ts'
import type { FailureFacts } from './failure-facts.ts'

/** What is known of the moment at which a request failed. */
export interface FailureMoment {
  readonly server: string
  /** Whether the connection has a session that the server may forget. */
  readonly session: boolean
  readonly timedOut?: { readonly reason: string; readonly after: number }
}

/** Network errors after which certainly nothing was sent. */
const neverSent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_\w+|ERR_TLS_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|DEPTH_ZERO_\w+)$/

/** The code of an answer that stands in for one that never came: see `guardAnswers`. */
export const lostAnswer = -32_099

/** What became of a request, as an error of ours. Those that are ours already, such as the one of a middleware, stay as they are. */
export function requestFailure(error: unknown, moment: FailureMoment): KeepupError {
  const own = ownError(error)
  if (own !== undefined) return own
  if (moment.timedOut !== undefined) {
    const { reason, after } = moment.timedOut
    return failure(moment, reason, { ...unknown, timedOut: after }, error)
  }
  if (error instanceof SdkHttpError) return httpFailure(error, moment)
  if (error instanceof ProtocolError) return protocolFailure(error, moment)
  const codes = networkCodes(error)
  if (error instanceof SdkError && codes.length === 0) return sdkFailure(error, moment)
  if (codes.length > 0 && codes.every((code) => neverSent.test(code))) {
    const text = `It cannot be reached (${codes.join(', ')}). Check its address and that it runs.`
    return failure(moment, text, { outcome: 'not-run', reconnect: true }, error)
  }
  return failure(moment, messageOf(error), { ...unknown, reconnect: codes.length > 0 }, error)
}

const unknown = { outcome: 'unknown', reconnect: false } as const

function ownError(error: unknown): KeepupError | undefined {
  for (let cause: unknown = error, depth = 0; depth < 5 && cause instanceof Error; depth++) {
    if (KeepupError.is(cause)) return cause
    cause = cause.cause
  }
  return undefined
}

function httpFailure(error: SdkHttpError, moment: FailureMoment): KeepupError {
  const { status } = error
  const text = plainText(error.message, 500)
  if (status === 401) {
    const next = 'Log in, or set a token for it in its headers.'
    return new KeepupError(
      'authorisation-required',
      `MCP server "${moment.server}" wants a login (HTTP 401). ${next}`,
      { cause: error, details: { server: moment.server, outcome: 'not-run' } },
    )
  }
  // A session that ended is answered 404 (2025-11-25, transports); some servers answer 400.
  if (moment.session && (status === 404 || (status === 400 && /session/i.test(text)))) {
    return failure(
      moment,
      'The server has forgotten the session.',
      { outcome: 'not-run', reconnect: true },
      error,
    )
  }
  const outcome = status >= 500 ? 'unknown' : 'failed'
  return failure(moment, `It answered HTTP ${status}: ${text}`, { outcome, reconnect: false, status }, error)
}

function protocolFailure(error: ProtocolError, moment: FailureMoment): KeepupError {
  const facts = error.code === lostAnswer ? unknown : ({ outcome: 'failed', reconnect: false } as const)
  return failure(moment, plainText(error.message, 2_000), { ...facts, rpcCode: error.code }, error)
}

function sdkFailure(error: SdkError, moment: FailureMoment): KeepupError {
  if (
    error.code === SdkErrorCode.CapabilityNotSupported ||
    error.code === SdkErrorCode.MethodNotSupportedByProtocolVersion
  ) {
    return new KeepupError(
      'not-supported',
      `MCP server "${moment.server}": ${plainText(error.message, 500)}`,
      {
        cause: error,
        details: { server: moment.server, outcome: 'not-run' },
      },
    )
  }
  const facts: Partial<Record<SdkErrorCode, FailureFacts>> = {
    [SdkErrorCode.NotConnected]: { outcome: 'not-run', reconnect: true },
    [SdkErrorCode.ConnectionClosed]: { outcome: 'unknown', reconnect: true },
    [SdkErrorCode.SendFailed]: { outcome: 'unknown', reconnect: true },
    [SdkErrorCode.InputRequiredRoundsExceeded]: { outcome: 'failed', reconnect: false },
    [SdkErrorCode.UnsupportedResultType]: { outcome: 'failed', reconnect: false },
    [SdkErrorCode.InvalidResult]: { outcome: 'failed', reconnect: false },
  }
  return failure(moment, messageOf(error), facts[error.code] ?? unknown, error)
}

function failure({ server }: FailureMoment, text: string, facts: FailureFacts, cause: unknown): KeepupError {
  return new KeepupError('tool-failed', `MCP server "${server}": ${text}`, {
    cause,
    details: { server, ...facts },
  })
}

/** The codes of a network error, which `fetch` hides in causes. Those of the SDK itself say less. */
function networkCodes(error: unknown): readonly string[] {
  const codes: string[] = []
  const look = (value: unknown, depth: number): void => {
    if (!(value instanceof Error) || depth > 5) return
    if (value instanceof AggregateError) for (const part of value.errors) look(part, depth + 1)
    else if (!(value instanceof SdkError) && 'code' in value && typeof value.code === 'string')
      codes.push(value.code)
    look(value.cause, depth + 1)
  }
  look(error, 0)
  return [...new Set(codes)]
}

/** What happened, and the last of its causes, which says more. */
function messageOf(error: unknown): string {
  let last = error
  for (let depth = 0; depth < 5 && last instanceof Error && last.cause instanceof Error; depth++)
    last = last.cause
  const texts = [error, last].map((each) => (each instanceof Error ? each.message : String(each)))
  return plainText([...new Set(texts)].join(': '), 500)
}
