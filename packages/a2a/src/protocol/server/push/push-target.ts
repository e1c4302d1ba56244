import { isIP } from 'node:net'

import { TaskPushNotificationConfig } from '@a2a-js/sdk'
import { RequestMalformedError } from '@a2a-js/sdk/errors'
import type { ServerCallContext } from '@a2a-js/sdk/server'
import type { NewId } from '@keepup/core'
import { classifyAddress, hostOf, namesHost, type ResolveHost } from '@keepup/network'

import type { NewTaskEntry } from '../../task/task-entries.ts'
import { asJson } from '../agent/open-turn.ts'

/** Where notifications may be sent. */
export interface PushRules {
  /** Hosts that may be reached although they are no public ones, and by http: `localhost`, `10.0.0.7:8080`, `*.corp.example`. */
  readonly allowHosts: readonly string[]
  /** How names are resolved; the system's way when left out. */
  readonly resolve?: ResolveHost
}

/** @limit In characters. */
const longestUrl = 2_048

/** The entry by which a target is registered. Fails `RequestMalformedError` for one to which nothing would ever be sent. */
export function pushEntry(
  { push, newId }: { readonly push: PushRules; readonly newId: NewId },
  given: TaskPushNotificationConfig,
  { requestedVersion: wire }: ServerCallContext,
): NewTaskEntry<'a2a/push-set'> {
  checkPushUrl(given.url, push)
  const id = given.id === '' ? newId() : given.id
  if (id.length > 200)
    throw new RequestMalformedError('The id of the push notification configuration is too long.')
  const config = asJson(TaskPushNotificationConfig.toJSON({ ...given, id }))
  return { type: 'a2a/push-set', data: { config, wire } }
}

/** Judges a URL as far as it says itself where it leads; names are judged by their addresses before each delivery. */
export function checkPushUrl(text: string, { allowHosts }: PushRules): URL {
  const url = URL.parse(text.slice(0, longestUrl + 1))
  if (url === null || text.length > longestUrl) throw refused('is no URL')
  if (url.username !== '' || url.password !== '') throw refused('has a user name in it')
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('is neither https: nor http:')
  if (namesHost(allowHosts, url)) return url
  if (url.protocol !== 'https:') throw refused('is no https: URL')
  if (isPrivate(hostOf(url))) throw refused('leads into a private network')
  return url
}

function isPrivate(host: string): boolean {
  if (isIP(host) !== 0) return classifyAddress(host).kind !== 'public'
  return host === 'localhost' || host.endsWith('.localhost')
}

function refused(what: string): Error {
  return new RequestMalformedError(
    `The URL for push notifications ${what}. Nothing is sent there; whoever runs this agent may allow its host.`,
  )
}
