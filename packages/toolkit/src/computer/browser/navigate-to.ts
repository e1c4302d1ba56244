import { KeepupError, type Milliseconds } from '@keepup/core'
import type { Page, Request, Response } from 'playwright-core'

import type { HostList } from '../host-list.ts'
import { within } from '../wait-for.ts'
import type { Act } from './act.ts'

/** Opens an address: http and https alone, of hosts on the list, wherever it redirects to. Fails `tool-denied` where that is not so. */
export async function navigateTo(
  act: Act,
  address: string,
  {
    list,
    timeout,
    signal,
  }: { readonly list: HostList; readonly timeout: Milliseconds; readonly signal: AbortSignal },
): Promise<void> {
  const url = checkAddress(address, list)
  await act('The page cannot be opened', signal, async (page) => {
    const failed = lastFailed(page)
    try {
      const response = await page.goto(url.href, { waitUntil: 'commit', timeout, signal })
      if (response !== null) await checkResponse(response, list)
    } catch (error) {
      // What comes as a download is told by the browser.
      if (isMessage(error, /Download is starting/u)) return
      checkPlace(failed.url(), list)
      if (isMessage(error, /Timeout/u)) await within(1_000, stopLoading(page))
      throw error
    } finally {
      failed.stop()
    }
  })
}

/** A page that is still waited for would keep the one that is shown from answering. */
async function stopLoading(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send('Page.stopLoading').catch(() => {})
  await session.detach().catch(() => {})
}

function checkAddress(address: string, list: HostList): URL {
  const url = URL.parse(address)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new KeepupError(
      'tool-denied',
      `${JSON.stringify(address.slice(0, 200))} cannot be opened: only whole addresses that begin with http:// or https:// can.`,
    )
  }
  if (url.username !== '' || url.password !== '')
    throw new KeepupError('tool-denied', 'Addresses with a user name or a password are not opened.')
  checkPlace(url.href, list)
  return url
}

function checkPlace(address: string | undefined, list: HostList): void {
  const url = URL.parse(address ?? '')
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port)
  if (list.names(url.hostname, port) !== undefined) return
  throw new KeepupError(
    'tool-denied',
    `${url.host} is not on the list of hosts that the browser may reach. Whoever runs the agent can put it there.`,
  )
}

/** The address of the last document that could not be had, behind whatever redirects. */
function lastFailed(page: Page): { readonly url: () => string | undefined; readonly stop: () => void } {
  let last: string | undefined
  const note = (request: Request): void => {
    if (request.isNavigationRequest() && request.frame() === page.mainFrame()) last = request.url()
  }
  page.on('requestfailed', note)
  return { url: () => last, stop: () => void page.off('requestfailed', note) }
}

async function checkResponse(response: Response, list: HostList): Promise<void> {
  checkPlace(response.url(), list)
  if (response.status() !== 403 || (await response.headerValue('x-keepup')) !== 'refused') return
  const { host } = new URL(response.url())
  throw new KeepupError('tool-denied', `${host} was not opened: it leads into the private network.`)
}

function isMessage(error: unknown, pattern: RegExp): boolean {
  return error instanceof Error && pattern.test(error.message)
}
