import {
  type Clock,
  type JsonObject,
  KeepupError,
  type Milliseconds,
  type ModelFailure,
  type Price,
  systemClock,
} from '@keepup/core'

import type { FileSource } from './file-bytes.ts'

/** Where a model is reached and how patient a call is. Holds no secret that `describe` would not hide. */
export interface Endpoint {
  /** `provider/name`, for messages. */
  readonly id: string
  readonly model: string
  readonly base: URL
  /** The base URL without credentials and query, for messages. */
  readonly shown: string
  /** Names the key's environment variable in messages. */
  readonly keyVariable: string | undefined
  readonly hasKey: boolean
  /** Texts that must never appear in a message. */
  readonly secrets: readonly string[]
  readonly clock: Clock
  readonly limits: CallLimits
}

/** How long and how large a call may become. */
export interface CallLimits {
  /** Until a connection stands. */
  readonly connect: Milliseconds
  /** Without a completed line of the answer; comments count, because servers send them to say that they live. */
  readonly idle: Milliseconds
  /** The whole call. */
  readonly total: Milliseconds
  /** Of the answer, in bytes, decompressed. */
  readonly bytes: number
}

/** Options that every transport has. */
export interface TransportOptions {
  /** The provider's name for the model. */
  readonly model: string
  /** Never logged, never part of a message. */
  readonly apiKey?: string | undefined
  /** The environment variable that `apiKey` came from or should come from, for messages. */
  readonly keyVariable?: string | undefined
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Part of the model's `id`, and the name under which provider data of messages is kept. */
  readonly provider?: string | undefined
  /** In tokens. */
  readonly contextWindow?: number | undefined
  readonly price?: Price | undefined
  /** Further members of every request's body, such as how much to think. */
  readonly extraBody?: JsonObject | undefined
  /** Where files that messages name by hash are read from; without it the model is told that a file cannot be shown. */
  readonly artifacts?: FileSource | undefined
  /** 30 s to connect, 5 minutes without a line, 30 minutes and 64 MiB in all unless given. */
  readonly limits?: Partial<CallLimits> | undefined
  readonly clock?: Clock | undefined
}

/** 30 s to connect, 5 minutes without a line, 30 minutes and 64 MiB in all. */
export const defaultLimits: CallLimits = {
  connect: 30_000,
  idle: 300_000,
  total: 1_800_000,
  bytes: 64 * 1024 * 1024,
}

/** An endpoint from options. Throws `configuration-invalid` for a base URL that is none. */
export function endpointOf(options: TransportOptions, base: string, id: string): Endpoint {
  const url = parseBase(base, id)
  const key = options.apiKey?.trim()
  const secrets = [key ?? '', url.password, ...Object.values(options.headers ?? {})]
  return {
    id,
    model: options.model,
    base: url,
    shown: `${url.origin}${url.pathname.replace(/\/$/, '')}`,
    keyVariable: options.keyVariable,
    hasKey: key !== undefined && key !== '',
    secrets: secrets.filter((secret) => secret.length >= 6),
    clock: options.clock ?? systemClock,
    limits: { ...defaultLimits, ...options.limits },
  }
}

function parseBase(base: string, id: string): URL {
  const url = URL.canParse(base) ? new URL(base) : undefined
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new KeepupError(
    'configuration-invalid',
    `The base URL of the model ${id} is not an http or https URL: ${JSON.stringify(base)}. Give one such as http://127.0.0.1:8080/v1.`,
  )
}

/** `path` below the base URL; the base's query stays. */
export function urlBelow(base: URL, path: string): URL {
  const url = new URL(base)
  const [pathname = '', query] = path.split('?')
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${pathname}`
  if (query !== undefined) url.search = url.search === '' ? query : `${url.search}&${query}`
  return url
}

/** `text` without any secret of the endpoint and without what looks like a key. */
function withoutSecrets(endpoint: Pick<Endpoint, 'secrets'>, text: string): string {
  let clean = text
  for (const secret of endpoint.secrets) clean = clean.replaceAll(secret, '[hidden]')
  return clean.replaceAll(
    /\b(?:sk|pk|gsk|xai|AIza|hf|r8|nvapi|csk)[-_][\w*.-]{6,}|\bAIza[\w-]{20,}/g,
    '[hidden]',
  )
}

/** A failure of a call to `endpoint`, its message cleaned of secrets. */
export function failureAt(endpoint: Endpoint, failure: ModelFailure): ModelFailure {
  return { ...failure, message: withoutSecrets(endpoint, failure.message) }
}
