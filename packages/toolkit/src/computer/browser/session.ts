import { KeepupError } from '@keepup/core'
import type { ResolveHost } from '@keepup/network'
import type { BrowserContext, Download, Page } from 'playwright-core'

import type { HostList } from '../host-list.ts'
import { type BlockedHost, type FilterProxy, openFilterProxy } from './filter-proxy.ts'
import { createHostJudge } from './judge-host.ts'
import { launchBrowser, type LaunchedBrowser, type LaunchPlan } from './launch-browser.ts'
import type { News } from './news.ts'
import { ownHosts } from './own-hosts.ts'
import { saveDownload } from './save-download.ts'
import { createTabs, type Tabs } from './tabs.ts'

/** What a browser is started with, time and again. */
export interface SessionOptions extends Omit<LaunchPlan, 'downloads' | 'proxyPort' | 'mark'> {
  readonly list: HostList
  readonly privateNetwork: boolean
  readonly news: News
  readonly resolve: ResolveHost | undefined
  readonly downloads: string | undefined
  readonly mostReceived: number
  readonly newMark: () => string
}

/** One running browser. */
export interface Session {
  readonly tabs: Tabs
  /** The page that is shown now. */
  readonly page: () => Promise<Page>
  /** Keeps a sentence for the next output. */
  readonly tell: (sentence: string) => void
}

/** The browser of one computer: started when it is needed, and again after it ended. */
export interface Sessions {
  current(signal: AbortSignal): Promise<Session>
  /** What was blocked since it was last asked, in sentences. */
  news(): readonly string[]
  /** Ends the browser. It is started again by whoever uses it after that. */
  end(): Promise<void>
}

interface Running extends Session {
  readonly proxy: FilterProxy
  readonly browser: LaunchedBrowser
  /** The hosts that pages asked for, as far as Playwright sees it. */
  readonly asked: ReadonlySet<string>
}

export function createSessions(options: SessionOptions): Sessions {
  let running: Promise<Running> | undefined
  let sources: readonly Running[] = []
  let started = 0
  const start = async (): Promise<Running> => {
    if (started++ > 0)
      options.news.tell(
        'The browser had ended and was started anew: no page is open, and nobody is signed in.',
      )
    const session = await open(options)
    sources = [session]
    return session
  }
  const restart = (): Promise<Running> => {
    const starting = start()
    running = starting
    const over = (): void => {
      if (running === starting) running = undefined
    }
    void afterwards(starting).then(over, over)
    return starting
  }
  return {
    async current(signal) {
      signal.throwIfAborted()
      return running ?? restart()
    },
    news: () => sources.flatMap(({ proxy, asked }) => toldOf(proxy.blocked(), asked)),
    async end() {
      const ending = await running?.catch(() => undefined)
      running = undefined
      await ending?.browser.end()
      await ending?.proxy[Symbol.asyncDispose]()
    },
  }
}

async function shownPage(tabs: Tabs): Promise<Page> {
  try {
    return await tabs.shown()
  } catch (cause) {
    throw new KeepupError('tool-failed', 'The browser has just ended. Do it again: another is started.', {
      cause,
    })
  }
}

/** Resolves once a browser has ended; what belongs to it is closed then. */
async function afterwards(starting: Promise<Running>): Promise<void> {
  const { browser, proxy } = await starting
  await browser.ended
  // In the background: whoever comes now starts another.
  void browser.end().then(() => proxy[Symbol.asyncDispose]())
}

function toldOf(blocked: readonly BlockedHost[], asked: ReadonlySet<string>): readonly string[] {
  return blocked.filter(({ host }) => !ownHosts.has(host) || asked.has(host)).map(describeBlocked)
}

/** How many hosts are remembered. */
const mostHosts = 1_000

function watchRequests(context: BrowserContext): ReadonlySet<string> {
  const hosts = new Set<string>()
  context.on('request', (request) => {
    if (hosts.size < mostHosts) hosts.add(URL.parse(request.url())?.host ?? '')
  })
  return hosts
}

function describeBlocked({ host, reason, count }: BlockedHost): string {
  const times = count === 1 ? '' : ` (${count} times)`
  return `Blocked${times}: ${host}, because ${reason}.`
}

async function open(options: SessionOptions): Promise<Running> {
  const { list, privateNetwork, mostReceived, news, downloads } = options
  const judge = createHostJudge({ list, privateNetwork, resolve: options.resolve })
  const proxy = await openFilterProxy({ judge, mostReceived })
  try {
    const browser = await launchBrowser({
      ...options,
      downloads: downloads !== undefined,
      proxyPort: proxy.port,
      mark: options.newMark(),
    })
    const onDownload =
      downloads === undefined
        ? undefined
        : (download: Download) => void saveDownload(download, downloads, news)
    const tabs = createTabs(browser.context, { news, onDownload })
    const asked = watchRequests(browser.context)
    return {
      asked,
      tabs,
      page: () => shownPage(tabs),
      tell: (sentence) => news.tell(sentence),
      proxy,
      browser,
    }
  } catch (error) {
    await proxy[Symbol.asyncDispose]()
    throw error
  }
}
