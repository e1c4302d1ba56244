import type { Clock, Milliseconds } from '@keepup/core'

import { fieldOf, listOf, textOf } from './json-field.ts'

/** The headers of an answer, names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * How long a provider asks to wait: `retry-after-ms`, RFC 9110 `Retry-After` (seconds or a date), Google's `RetryInfo`, "try again in 1.5s" in
 * a message, or the reset of a limit that has nothing remaining. Undefined where it says nothing.
 */
export function retryAfterOf(headers: AnswerHeaders, body: unknown, clock: Clock): Milliseconds | undefined {
  const told = Array.isArray(body) ? listOf(body)[0] : body
  const found =
    plainNumber(headerOf(headers, 'retry-after-ms')) ??
    standardRetryAfter(headerOf(headers, 'retry-after'), clock) ??
    googleRetryDelay(told) ??
    waitInMessage(textOf(fieldOf(told, 'error', 'message'))) ??
    limitReset(headers, clock)
  return found === undefined ? undefined : Math.max(0, Math.ceil(found))
}

/** One header as text. */
export function headerOf(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}

function plainNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined
}

function standardRetryAfter(text: string | undefined, clock: Clock): Milliseconds | undefined {
  const seconds = plainNumber(text)
  if (seconds !== undefined) return seconds * 1000
  return untilDate(text, clock)
}

function untilDate(text: string | undefined, clock: Clock): Milliseconds | undefined {
  const date = Date.parse(text ?? '')
  return Number.isNaN(date) ? undefined : date - clock.now()
}

function googleRetryDelay(body: unknown): Milliseconds | undefined {
  const details = listOf(fieldOf(body, 'error', 'details'))
  const delays = details.map((detail) => textOf(fieldOf(detail, 'retryDelay')))
  return durationOf(delays.find((delay) => delay !== undefined))
}

function waitInMessage(message: string | undefined): Milliseconds | undefined {
  return durationOf(
    /(?:try again|retry) (?:in|after) ((?:[\d.]+ ?(?:ms|seconds?|minutes?|s|m|h) ?)+)/i.exec(
      message ?? '',
    )?.[1],
  )
}

function limitReset(headers: AnswerHeaders, clock: Clock): Milliseconds | undefined {
  for (const [remaining, reset] of resets) {
    if (headerOf(headers, remaining) !== '0') continue
    const text = headerOf(headers, reset)
    const wait = durationOf(text) ?? untilDate(text, clock)
    if (wait !== undefined) return wait
  }
  return undefined
}

/** Headers that count what remains, with those that say when it is full again. */
const resets = ['requests', 'tokens', 'input-tokens', 'output-tokens'].flatMap((what) => [
  [`anthropic-ratelimit-${what}-remaining`, `anthropic-ratelimit-${what}-reset`] as const,
  [`x-ratelimit-remaining-${what}`, `x-ratelimit-reset-${what}`] as const,
])

const unitLength: Readonly<Record<string, Milliseconds>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** `1.5s`, `6m0s`, `20ms`, `2 minutes`. */
function durationOf(text: string | undefined): Milliseconds | undefined {
  const pieces = [...(text ?? '').matchAll(/([\d.]+) ?(ms|s|m|h)/g)]
  if (pieces.length === 0) return undefined
  return pieces.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitLength[unit ?? ''] ?? 0), 0)
}
