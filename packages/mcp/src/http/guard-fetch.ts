import { type Fetch, KeepupError } from '@keepup/core'

import { boundBody } from './bounded-body.ts'

/** What the guard tells. */
export interface FetchListener {
  /** The answer to this request will not come: its stream ended without it, and cannot be resumed. */
  lost(id: number | string): void
  /** The stream of messages that the server starts by itself has ended. */
  streamEnded(): void
  /** A middleware refused a request. The SDK may hide its error behind another. */
  refused(error: KeepupError): void
}

/** How long what came last may take on its way through the SDK. */
const settling = 100

/** Bounds what comes, and notices answers that never will. */
export function guardFetch(next: Fetch, listener: FetchListener): Fetch {
  return async (input, init) => {
    const response = await next(input, init).catch((error: unknown) => {
      if (KeepupError.is(error)) listener.refused(error)
      throw error
    })
    if (response.body === null) return response
    const eventStream = /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')
    const id = requestId(init)
    const resumable = watchEventIds()
    const ended = (): void => {
      if (!eventStream) return
      if (init?.method === 'POST') {
        if (id !== undefined && !resumable.seen()) setTimeout(() => listener.lost(id), settling)
      } else listener.streamEnded()
    }
    const body = boundBody(response.body, {
      eventStream,
      ended,
      ...(eventStream ? { passed: resumable.passed } : {}),
    })
    const { status, statusText, headers } = response
    return new Response(body, { status, statusText, headers })
  }
}

/** The id of the request in a body; a subscription has no answer to lose. */
function requestId(init: RequestInit | undefined): number | string | undefined {
  if (typeof init?.body !== 'string') return undefined
  const message: unknown = JSON.parse(init.body)
  if (typeof message !== 'object' || message === null || !('id' in message) || !('method' in message)) {
    return undefined
  }
  if (message.method === 'subscriptions/listen') return undefined
  return typeof message.id === 'number' || typeof message.id === 'string' ? message.id : undefined
}

/** Whether an event of a stream had an id, from which the stream can be resumed. */
function watchEventIds(): { readonly passed: (piece: Uint8Array) => void; readonly seen: () => boolean } {
  let seen = false
  let end = ''
  return {
    seen: () => seen,
    passed(piece) {
      if (seen) return
      const text = end + Buffer.from(piece).toString('latin1')
      seen = /(^|[\r\n])id: ?[^\r\n]/.test(text)
      end = text.slice(-8)
    },
  }
}
