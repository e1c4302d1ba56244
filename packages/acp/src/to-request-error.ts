import { RequestError } from '@agentclientprotocol/sdk'
import { type ErrorCode, KeepupError } from '@keepup/core'

/** Codes of the Agent Client Protocol and of JSON-RPC 2.0. */
const codes: Partial<Record<ErrorCode, number>> = {
  'thread-unknown': -32002,
  'artifact-unknown': -32002,
  'model-key-missing': -32000,
  'model-unknown': -32000,
  'authorisation-required': -32000,
  'input-invalid': -32602,
  'entry-invalid': -32602,
  'configuration-invalid': -32602,
  'tool-input-invalid': -32602,
  'not-supported': -32601,
}

/** An error as the editor is told it: what happened, what to do next, and keepup's code for programs. What is no {@link KeepupError} may hold anything, and is not told. */
export function toRequestError(error: unknown, note: (text: string) => void = () => {}): RequestError {
  if (error instanceof RequestError) return error
  if (KeepupError.is(error)) {
    const { fix } = error.details
    const next = typeof fix === 'string' ? ` (${fix})` : ''
    return new RequestError(codes[error.code] ?? -32603, `${error.message}${next}`, { code: error.code })
  }
  note(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return new RequestError(-32603, 'Something went wrong in keepup. Its own output says what.')
}

/** The editor named a session that is not open here. */
export function sessionUnknown(id: string): RequestError {
  return new RequestError(
    -32002,
    `There is no session ${id} here. Load it, or resume it, or begin a new one.`,
    {
      sessionId: id,
    },
  )
}

/** The editor asked for something that makes no sense. `what` says what to do instead. */
export function invalidParams(what: string): RequestError {
  return new RequestError(-32602, what)
}
