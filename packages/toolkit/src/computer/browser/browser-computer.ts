import { randomUUID } from 'node:crypto'

import type { Effect, Milliseconds } from '@keepup/core'
import type { ResolveHost } from '@keepup/network'

import { type Computer, computerActions, type Size } from '../computer.ts'
import { hostList } from '../host-list.ts'
import { createNews } from './news.ts'
import { pageActions } from './page-actions.ts'
import { pageViews } from './page-views.ts'
import { createSessions } from './session.ts'

/** How a browser is used. */
export interface BrowserOptions {
  /**
   * The hosts that pages may reach, whoever asks: the agent, a redirect, a part of a page, a script. `example.com`, `*.example.com` for those below it,
   * `127.0.0.1:8080` for one port; `any` is every one of the internet.
   */
  readonly hosts: readonly string[] | 'any'
  /** Whether names on the list may lead into this machine and its network. Addresses on the list, and `localhost`, always may. */
  readonly privateNetwork?: boolean
  /** The browser's program: an installed Chromium or Chrome when left out. */
  readonly executable?: string
  /** Without a window: true when left out. */
  readonly headless?: boolean
  /** Of the page: 1280 by 800. */
  readonly size?: Size
  /** A folder that keeps cookies and whatever else sites store. Nothing is kept when left out. */
  readonly profile?: string
  /** A folder that downloads go to. They are refused when left out. */
  readonly downloads?: string
  /** Chromium's own sandbox: on when left out, but where this process runs as root, which Chromium refuses. */
  readonly sandbox?: boolean
  /** How long an action may wait for its element: 5 seconds. Navigation takes up to four times as long. */
  readonly patience?: Milliseconds
  /** After so many bytes received a connection is ended: 1 GiB. */
  readonly mostReceived?: number
  /** Turns names into addresses: the system's resolver when left out. */
  readonly resolve?: ResolveHost
  /** Names that no other process of this machine has: random ones when left out. */
  readonly newMark?: () => string
}

/**
 * A browser as a computer, through Playwright (an optional peer) and an installed Chromium. Nothing is started before it is first used; one that ended is started
 * anew, and told. Every connection that it makes is judged by its host, in a proxy of this process: what the list does not hold is blocked and told. It ends
 * with this process, however that ends.
 */
export function browserComputer(options: BrowserOptions): Computer {
  const { hosts, downloads, size = { width: 1_280, height: 800 }, patience = 5_000 } = options
  const list = hostList(hosts)
  const news = createNews()
  const sessions = createSessions({
    list,
    news,
    size,
    downloads,
    privateNetwork: options.privateNetwork ?? false,
    resolve: options.resolve,
    executable: options.executable,
    headless: options.headless ?? true,
    profile: options.profile,
    sandbox: options.sandbox ?? process.getuid?.() !== 0,
    mostReceived: options.mostReceived ?? 1024 ** 3,
    newMark: options.newMark ?? (() => `browser-${randomUUID()}`),
  })
  return {
    device: 'browser',
    actions: computerActions,
    readable: true,
    reach: [
      ...reachOf(hosts),
      ...(downloads === undefined ? [] : [{ kind: 'write', target: downloads } as const]),
    ],
    watching: [],
    news: () => [...sessions.news(), ...news.take()],
    ...pageViews(sessions, { size, patience }),
    ...pageActions(sessions, { list, patience }),
    [Symbol.asyncDispose]: () => sessions.end(),
  }
}

function reachOf(hosts: readonly string[] | 'any'): readonly Effect[] {
  return (hosts === 'any' ? ['*'] : hosts).map((target) => ({ kind: 'net', target }))
}
