import { toRestErrorBody } from '@a2a-js/sdk/errors'

/** How one version of the protocol spells what the HTTP+JSON binding carries. The operations behind it are the same. */
export interface RestForm {
  readonly mediaType: string
  /** The path that an operation has in 1.0; `undefined` where the version has no such path. */
  path(given: string): string | undefined
  /** The body of a request to an operation, by its path, as 1.0 spells it. */
  request(path: string, body: unknown): unknown
  /** The body of an answer of an operation, by its path, from the one of 1.0. */
  answer(path: string, body: unknown): unknown
  /** An event of a stream, from the one of 1.0. */
  event(event: unknown): unknown
  /** The body of a refusal. */
  refusal(error: unknown, status: number): unknown
}

/** The form of A2A 1.0 (11). */
export const currentForm: RestForm = {
  mediaType: 'application/a2a+json',
  path: (given) => given,
  request: (_path, body) => body,
  answer: (_path, body) => body,
  event: (event) => event,
  refusal: toRestErrorBody,
}
