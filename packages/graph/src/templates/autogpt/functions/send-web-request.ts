import { type Fetch, type JsonObject, type JsonValue, KeepupError } from '@keepup/core'

import type { NodeContext } from '../../../node.ts'
import { isTrue, objectOf, textOf } from './is-true.ts'

/** The longest response that is read, in characters. */
const longestResponse = 2_000_000

/** Sends a request as AutoGPT's block does: the response comes out at the output of its kind of status. */
export function sendWebRequest(
  fetch: Fetch,
): (input: JsonObject, context: Pick<NodeContext, 'key' | 'signal'>) => Promise<JsonObject> {
  return async (input, { signal, key }) => {
    const response = await fetch(new Request(textOf(input['url']), requestInit(input, key)), { signal })
    const text = (await response.text()).slice(0, longestResponse)
    const value = isJson(input) ? parsedOr(text) : text
    if (response.ok) return { response: value }
    if (response.status >= 400 && response.status < 500) return { client_error: value }
    if (response.status >= 500) return { server_error: value }
    throw new KeepupError(
      'tool-failed',
      `the server answered ${response.status}, which is neither a success nor an error`,
    )
  }
}

function isJson({ json_format = true }: JsonObject): boolean {
  return isTrue(json_format)
}

function requestInit(input: JsonObject, key: string): RequestInit {
  const { method = 'POST', headers, body = null } = input
  const verb = textOf(method).toUpperCase()
  const hasBody = body !== null && verb !== 'GET' && verb !== 'HEAD'
  return {
    method: verb,
    headers: requestHeaders(headers, isJson(input) && hasBody, key),
    ...(hasBody ? { body: textOf(body) } : {}),
  }
}

function requestHeaders(given: JsonValue | undefined, json: boolean, key: string): Headers {
  const headers = new Headers(json ? { 'content-type': 'application/json' } : {})
  headers.set('idempotency-key', key)
  for (const [name, value] of Object.entries(objectOf(given))) headers.set(name, textOf(value))
  return headers
}

function parsedOr(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue // JSON it is, where it can be parsed
  } catch {
    return text
  }
}
