import { type Clock, KeepupError, type Milliseconds } from '@keepup/core'
import type { RequestOptions } from '@modelcontextprotocol/client'

import type { AskOptions } from '../mcp-connection.ts'
import type { ServerTimeouts } from '../server-definition.ts'
import { startPatience } from './patience.ts'
import type { Pauses } from './pauses.ts'
import type { QuestionLimit } from './question-limit.ts'
import { requestFailure } from './request-failure.ts'

/** @limit In milliseconds: how long a server may be silent while it answers, where its definition does not say. */
const usualCall: Milliseconds = 60_000
/** @limit In milliseconds: how long a request may take altogether, where its definition does not say. */
const usualLongest: Milliseconds = 600_000
/** The SDK's own time-out never comes: it cannot stand still. */
const never: Milliseconds = 2 ** 31 - 1

/** What asking needs. */
export interface AskingParts {
  readonly server: string
  readonly timeouts: () => ServerTimeouts | undefined
  readonly clock: Clock
  readonly pauses: Pauses
  readonly limit: QuestionLimit
  readonly hasSession: () => boolean
  /** Why there is nobody to ask any more. */
  readonly over: () => string | undefined
  /** Told of every failure, which it may replace. */
  readonly failed: (error: KeepupError) => KeepupError
  readonly answered: () => void
}

/** Makes requests within their time. */
export interface Asking {
  /** Fails with a `KeepupError` that has `FailureFacts` in its details, or with the reason of the caller's signal. */
  ask<T>(run: (options: RequestOptions) => Promise<T>, options?: AskOptions): Promise<T>
}

/** Bounds requests in time, and tells what became of those that failed. */
export function createAsking(parts: AskingParts): Asking {
  return {
    async ask(run, options = {}) {
      options.signal?.throwIfAborted()
      const over = parts.over()
      if (over !== undefined) throw gone(parts.server, over)
      const { call = usualCall, longest = usualLongest } = parts.timeouts() ?? {}
      const idle = options.timeout ?? call
      const patience = startPatience({ idle, longest: Math.max(idle, longest), clock: parts.clock })
      const ended = [parts.pauses.add(patience), parts.limit.begin(), () => patience.end()]
      try {
        const result = await run(requestOptions(options, patience.signal, () => patience.alive()))
        parts.answered()
        return result
      } catch (error) {
        options.signal?.throwIfAborted()
        const timedOut = patience.over()
        const moment = { server: parts.server, session: parts.hasSession() }
        throw parts.failed(requestFailure(error, timedOut === undefined ? moment : { ...moment, timedOut }))
      } finally {
        for (const end of ended) end()
      }
    },
  }
}

function requestOptions(
  { signal, progress }: AskOptions,
  late: AbortSignal,
  alive: () => void,
): RequestOptions {
  return {
    signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    timeout: never,
    ...(progress === undefined
      ? {}
      : {
          onprogress: ({ progress: done, total, message }) => {
            alive()
            progress({
              progress: done,
              ...(total === undefined ? {} : { total }),
              ...(message === undefined ? {} : { message }),
            })
          },
        }),
  }
}

function gone(server: string, reason: string): KeepupError {
  return new KeepupError('tool-failed', `MCP server "${server}": the connection has ended: ${reason}.`, {
    details: { server, outcome: 'not-run', reconnect: true },
  })
}
