import type { JsonObject, Repeat } from '@keepup/core'

import type { CallAnswer } from '../mcp-connection.ts'
import { isHeaderMismatch, mayRepeat } from './may-repeat.ts'

/** How often a call is made again, at most, where that cannot do it twice or may. */
const mostAttempts = 3

/** A call that may have to be made more than once. */
export interface RepeatableCall {
  readonly repeat: Repeat
  readonly signal: AbortSignal | undefined
  /** The tool as the server listed it. */
  readonly definition: JsonObject
  /** Reads the server's list anew, and gives the tool as it stands there now. */
  readonly relist: () => Promise<JsonObject | undefined>
}

/** Makes a call, and again where it certainly was not run, or may be run twice. Fails as the last attempt did. */
export async function callAgain(
  { repeat, signal, definition: first, relist }: RepeatableCall,
  attempt: (definition: JsonObject) => Promise<CallAnswer>,
): Promise<CallAnswer> {
  let definition = first
  for (let made = 1; ; made++) {
    try {
      return await attempt(definition)
    } catch (error) {
      signal?.throwIfAborted()
      if (made === mostAttempts || !mayRepeat(error, repeat)) throw error
      if (isHeaderMismatch(error)) definition = (await relist()) ?? definition
    }
  }
}
