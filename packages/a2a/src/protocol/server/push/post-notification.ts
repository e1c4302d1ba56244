import type { Clock, Milliseconds } from '@keepup/core'
import {
  classifyAddress,
  collectAtMost,
  hostOf,
  namesHost,
  openExchange,
  pinAddress,
  resolveHost,
  withDeadline,
} from '@keepup/network'

import { checkPushUrl, type PushRules } from './push-target.ts'

/** What one attempt came to: `retry` may go better later, `refused` never will. */
export type Posted =
  | { readonly type: 'delivered' }
  | { readonly type: 'retry' | 'refused'; readonly reason: string }

/** What is sent. */
export interface Notification {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** @limit In milliseconds: how long an attempt may take. */
const attemptTime: Milliseconds = 10_000
/** @limit In bytes: an answer of a webhook is not read any further. */
const mostAnswer = 16 * 1024

/** Statuses of a webhook that is only not ready. */
const later: ReadonlySet<number> = new Set([408, 425, 429])

/**
 * Posts to an address that was judged: the name is resolved once, each of its addresses must be a public one, and the socket goes there and nowhere else, so that a
 * name cannot change its mind in between. Follows no redirect. Rejects only once the signal is aborted.
 */
export async function postNotification(
  notification: Notification,
  {
    rules,
    clock,
    signal,
  }: { readonly rules: PushRules; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Posted> {
  try {
    const late = (): Error => unreachable('it does not answer in time')
    return await withDeadline({ clock, signal, time: attemptTime }, late, (within) =>
      post(notification, rules, within),
    )
  } catch (error) {
    signal.throwIfAborted()
    const reason = error instanceof Error ? error.message : String(error)
    return { type: 'retry', reason }
  }
}

async function post(
  { url: text, headers, body }: Notification,
  rules: PushRules,
  signal: AbortSignal,
): Promise<Posted> {
  const url = parse(text, rules)
  if (!(url instanceof URL)) return url
  const found = await resolveHost(hostOf(url), { resolve: rules.resolve, signal })
  const bad = namesHost(rules.allowHosts, url)
    ? undefined
    : found.find((address) => classifyAddress(address).kind !== 'public')
  if (bad !== undefined)
    return denied(`${hostOf(url)} lies at ${bad}, which is ${classifyAddress(bad).words}`)
  const addresses = found.flatMap((address) => pinAddress(address) ?? [])
  const failures = {
    broken: (cause: unknown) => unreachable(cause instanceof Error ? cause.message : 'the connection broke'),
    neverFinal: () => unreachable('it gives no answer'),
    upgraded: () => unreachable('it gives no answer'),
  }
  const sent = { url, method: 'POST', headers: { ...headers, connection: 'close' }, body }
  const { response } = await openExchange(sent, { addresses, mostHeaders: 16_384, failures, signal })
  const status = response.statusCode ?? 0
  await collectAtMost(response, mostAnswer, () => unreachable('too long an answer')).catch(() => undefined)
  response.destroy()
  if (status >= 200 && status < 300) return { type: 'delivered' }
  const type = status >= 500 || later.has(status) ? 'retry' : 'refused'
  return { type, reason: `the webhook answered with status ${status}` }
}

function parse(text: string, rules: PushRules): URL | Posted {
  try {
    return checkPushUrl(text, rules)
  } catch (error) {
    return denied(error instanceof Error ? error.message : String(error))
  }
}

function denied(reason: string): Posted {
  return { type: 'refused', reason }
}

function unreachable(reason: string): Error {
  return new Error(reason)
}
