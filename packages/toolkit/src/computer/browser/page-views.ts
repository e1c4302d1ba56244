import { KeepupError, type Milliseconds } from '@keepup/core'
import type { Page } from 'playwright-core'

import type { Computer, ComputerState, Screenshot, Size } from '../computer.ts'
import { waitFor, within } from '../wait-for.ts'
import { pageFault } from './page-fault.ts'
import { busy, pageTree } from './page-tree.ts'
import type { Sessions } from './session.ts'

type Views = Pick<Computer, 'screenshot' | 'size' | 'state' | 'tree' | 'wait'>

/** Everything that only looks at a browser. */
export function pageViews(
  sessions: Sessions,
  { size, patience }: { readonly size: Size; readonly patience: Milliseconds },
): Views {
  const page = async (signal: AbortSignal): Promise<Page> => (await sessions.current(signal)).page()
  return {
    size: async () => size,
    async state(signal) {
      const session = await sessions.current(signal)
      return stateOf(await session.page(), session.tabs, patience)
    },
    async tree(signal) {
      const { page: current, tabs } = await sessions.current(signal)
      const shown = await current()
      try {
        const tree = await pageTree(shown, { timeout: patience, signal })
        tabs.read(shown)
        return tree
      } catch (error) {
        throw pageFault(error, 'The tree cannot be taken')
      }
    },
    async screenshot(shown, signal) {
      try {
        return await picture(await page(signal), { shown, size, timeout: patience, signal })
      } catch (error) {
        throw pageFault(error, 'The screenshot cannot be taken')
      }
    },
    async wait(milliseconds, text, signal) {
      if (text === undefined) {
        await waitFor(milliseconds, signal)
        return true
      }
      const found = (await page(signal)).getByText(text).first()
      try {
        await found.waitFor({ state: 'visible', timeout: milliseconds, signal })
        return true
      } catch (error) {
        signal.throwIfAborted()
        if (error instanceof Error && error.name === 'TimeoutError') return false
        throw pageFault(error, 'It cannot be waited for')
      }
    },
  }
}

async function stateOf(
  page: Page,
  tabs: Awaited<ReturnType<Sessions['current']>>['tabs'],
  patience: Milliseconds,
): Promise<ComputerState> {
  const dialog = tabs.dialogs.of(page)
  const sources = page.frames().flatMap((frame) => sourceOf(frame.url()))
  // A page with an open dialog tells nothing else, and a busy one keeps its title to itself.
  const title = dialog === undefined ? await titleOf(page, Math.min(patience, 1_000)) : ''
  return {
    address: page.url(),
    title,
    tabs: tabs.list(),
    sources,
    ...(dialog === undefined ? {} : { dialog: { type: dialog.type(), message: dialog.message() } }),
  }
}

async function titleOf(page: Page, patience: Milliseconds): Promise<string> {
  const told = await within(
    patience,
    page.title().then(
      (title) => ({ title }),
      () => ({ title: '' }),
    ),
  )
  return told === 'late' ? '' : told.title
}

function sourceOf(address: string): readonly string[] {
  const host = URL.parse(address)?.hostname ?? ''
  return host === '' ? [] : [`url:${host}`]
}

async function picture(
  page: Page,
  {
    shown,
    size,
    timeout,
    signal,
  }: {
    readonly shown: Size
    readonly size: Size
    readonly timeout: Milliseconds
    readonly signal: AbortSignal
  },
): Promise<Screenshot> {
  const mediaType = 'image/png'
  if (shown.width === size.width && shown.height === size.height) {
    const bytes = await page.screenshot({ timeout, signal, scale: 'css', caret: 'initial' })
    return { bytes, mediaType, size }
  }
  const bytes = await within(timeout, scaledPicture(page, shown, size))
  signal.throwIfAborted()
  if (bytes === 'late') throw new KeepupError('tool-failed', busy)
  return { bytes, mediaType, size: shown }
}

/** Playwright does not scale; the protocol does. */
async function scaledPicture(page: Page, shown: Size, size: Size): Promise<Uint8Array> {
  const session = await page.context().newCDPSession(page)
  try {
    const { cssVisualViewport } = await session.send('Page.getLayoutMetrics')
    const { pageX, pageY } = cssVisualViewport
    const clip = { x: pageX, y: pageY, ...size, scale: shown.width / size.width }
    const { data } = await session.send('Page.captureScreenshot', { format: 'png', clip })
    return Buffer.from(data, 'base64')
  } finally {
    await session.detach().catch(() => {})
  }
}
