import { createServer } from 'node:http'

import { type Clock, systemClock } from '@keepup/core'

import { allDefences, type Defences } from '../../../src/oauth/defences.ts'
import { memoryCredentials, type OAuthOptions, type OAuthSession } from '../../../src/oauth/index.ts'
import { openSession } from '../../../src/oauth/oauth-session.ts'
import type { TestParts } from '../../../src/oauth/open-parts.ts'
import { authorizationPeer } from './authorization-peer.ts'
import { type Internet, listen, openInternet } from './internet.ts'
import type { AuthorizationPeer, PeerBehaviour } from './peer-state.ts'
import { type ResourceBehaviour, type ResourcePeer, resourcePeer } from './resource-peer.ts'

/** An MCP server, its authorisation server, and a person with a browser, on an internet of a test. */
export interface World {
  readonly internet: Internet
  readonly guard: AuthorizationPeer
  readonly server: ResourcePeer
  /** URLs that a browser was opened for. */
  readonly opened: URL[]
  /** A session of a client in this world; options say what is unusual. */
  session(options?: WorldOptions, defences?: Partial<Defences>, test?: TestParts): OAuthSession
  /** Calls the server once, through a session, and gives the status. */
  call(session: OAuthSession, init?: RequestInit): Promise<number>
}

/** Options of a session; `headless` for one that can ask nobody. */
export type WorldOptions = Partial<OAuthOptions> & { readonly headless?: boolean }

/** Opens a world with public addresses and https: `mcp.example.test`, guarded by `login.example.test`. */
export async function openWorld(
  behaviour: { readonly server?: ResourceBehaviour; readonly guard?: PeerBehaviour } = {},
): Promise<World> {
  const internet = await openInternet()
  const guard = authorizationPeer('https://login.example.test', behaviour.guard)
  const server = resourcePeer('https://mcp.example.test/mcp', guard, behaviour.server)
  await internet.host('login.example.test', guard.listener)
  await internet.host('mcp.example.test', server.listener)
  const opened: URL[] = []
  const browser = async (url: URL): Promise<void> => {
    opened.push(url)
    await internet.browse(url)
  }
  return {
    internet,
    guard,
    server,
    opened,
    session: ({ headless = false, ...options } = {}, defences = {}, test = {}) =>
      openSession(
        {
          server: server.url,
          store: memoryCredentials(),
          clock: systemClock,
          ...(!headless && { openBrowser: browser }),
          ...options,
          reach: { ...internet.reach, ...options.reach },
        },
        { ...allDefences, ...defences },
        { route: internet.route, ...test },
      ),
    call: (session, init) => callOnce(session, internet, server, init),
  }
}

async function callOnce(
  session: OAuthSession,
  internet: Internet,
  { url }: ResourcePeer,
  init: RequestInit = {},
): Promise<number> {
  const response = await session.middleware(internet.fetch)(url, {
    method: 'POST',
    body: '{"method":"tools/call"}',
    ...init,
  })
  await response.text()
  return response.status
}

/** A server and its authorisation server on this machine, over plain http, for other processes to call. */
export async function openLocalPeers(
  behaviour: PeerBehaviour = {},
): Promise<{ readonly guard: AuthorizationPeer; readonly server: ResourcePeer }> {
  const made: { guard?: AuthorizationPeer; server?: ResourcePeer } = {}
  const guardPort = await listen(createServer((request, response) => made.guard?.listener(request, response)))
  const serverPort = await listen(
    createServer((request, response) => made.server?.listener(request, response)),
  )
  const guard = authorizationPeer(`http://127.0.0.1:${guardPort}`, behaviour)
  const server = resourcePeer(`http://127.0.0.1:${serverPort}/mcp`, guard)
  return Object.assign(made, { guard, server })
}

/** A clock that a test sets; its sleeps are those of the machine. */
export function setClock(start: number): Clock & { time: number } {
  return {
    time: start,
    now() {
      return this.time
    },
    sleep: (duration, signal) => systemClock.sleep(duration, signal),
  }
}
