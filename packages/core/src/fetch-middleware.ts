/** `fetch`, as the platform defines it. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** Wraps a `fetch`: authorises, guards, records. */
export type FetchMiddleware = (next: Fetch) => Fetch
