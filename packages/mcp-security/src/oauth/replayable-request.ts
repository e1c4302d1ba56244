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
    signal: request.signal,
    init,
  }
}
