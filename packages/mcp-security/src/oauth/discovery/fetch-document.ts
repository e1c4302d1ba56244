import type { Fetch } from '@keepup/core'

import { oauthFailure } from '../oauth-failure.ts'

/** A document of discovery, as anybody may have written it. */
export type Document = Readonly<Record<string, unknown>>

/**
 * The JSON object at a URL; `undefined` where the server has none (404 and other answers that blame the client). Fails `metadata-invalid` for anything else, so
 * that a server in trouble is not taken for one without metadata.
 */
export async function fetchDocument(
  url: URL,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Document | undefined> {
  const response = await fetch(url, { headers: { accept: 'application/json' }, signal })
  if (response.status >= 400 && response.status < 500) return undefined
  if (response.status !== 200) throw invalid(url, `answered with status ${response.status}`)
  const document = parsed(await response.text())
  if (document === undefined) throw invalid(url, 'is no JSON object')
  return document
}

function parsed(text: string): Document | undefined {
  try {
    const value: unknown = JSON.parse(text)
    // An object that is no array is a record of unknown values.
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Document)
      : undefined
  } catch {
    return undefined
  }
}

function invalid(url: URL, what: string): Error {
  return oauthFailure(
    'metadata-invalid',
    `The metadata at ${url.origin}${url.pathname} ${what}. Try again later, or tell whoever runs the server.`,
  )
}

/** A member that is a string; `undefined` where it is missing or something else. */
export function stringIn(document: Document, name: string): string | undefined {
  const value = document[name]
  return typeof value === 'string' ? value : undefined
}

/** A member that is a list of strings; `undefined` where it is missing or something else. */
export function stringsIn(document: Document, name: string): readonly string[] | undefined {
  const value = document[name]
  if (!Array.isArray(value)) return undefined
  const strings = value.filter((entry): entry is string => typeof entry === 'string')
  return strings.length === value.length ? strings : undefined
}
