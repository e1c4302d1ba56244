/** A request that can be sent again: its body is held. */
export interface ReplayableRequest {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer> | undefined
  readonly redirect: Request['redirect']
  readonly signal: AbortSignal
  /** What else the caller gave: a dispatcher of Node, for instance. */
  readonly init: RequestInit
  /** Held, as the signal of a Request is deaf once the Request was collected. */
  readonly source: string | URL | Request
}

/** Reads what a caller of `fetch` gave. */
export async function replayable(
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<ReplayableRequest> {
  const request = new Request(input, init)
  return {
    url: new URL(request.url),
    method: request.method,
    headers: new Headers(request.headers),
    body: request.body === null ? undefined : new Uint8Array(await request.arrayBuffer()),
    redirect: request.redirect,
    signal: signalOf(input, init),
    source: input,
    init,
  }
}

/** The caller's own signal. That of a Request made from it would be deaf once the Request was collected, which a long stream outlives. */
export function signalOf(input: string | URL | Request, init: RequestInit): AbortSignal {
  const own = input instanceof Request ? input.signal : undefined
  return init.signal ?? own ?? new AbortController().signal
}
