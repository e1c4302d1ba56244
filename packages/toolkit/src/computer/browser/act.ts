import { KeepupError, type Milliseconds } from '@keepup/core'
import type { Page } from 'playwright-core'

import { waitFor, within } from '../wait-for.ts'
import { pageFault } from './page-fault.ts'
import { busy } from './page-tree.ts'
import type { Session, Sessions } from './session.ts'

/** Something done to a page. */
export type Work = (page: Page, session: Session) => Promise<void>

/** Does something to the page that is shown, and waits for what it sets off. Nothing to do is what an answered dialog lets go on. */
export type Act = (what: string, signal: AbortSignal, work?: Work) => Promise<void>

/** How long any action may take. */
const longest: Milliseconds = 30_000
/** How long a page has to begin with what an action sets off. */
const reaction: Milliseconds = 120

/**
 * Every action goes through here. A dialog that is open stops it before it begins; one that it opens ends the wait for it, since nothing goes on before it is
 * answered. Afterwards the page has a moment to load; one that does not come to an end is left to it, and told.
 */
export function createActor(sessions: Sessions, patience: Milliseconds): Act {
  return async (what, signal, work) => {
    const session = await sessions.current(signal)
    const { tabs } = session
    const page = await session.page()
    if (tabs.dialogs.of(page) !== undefined)
      throw new KeepupError('tool-failed', `${what}: a dialog is open. Answer it first, with answer_dialog.`)
    // Whoever answers one dialog after another gets no more of them for that.
    if (work !== undefined) tabs.dialogs.renew(page)
    const over = new AbortController()
    const doing = perform(session, page, { work, patience, signal })
    doing.catch(() => {})
    try {
      await Promise.race([doing, tabs.dialogs.opened(page, over.signal)])
      signal.throwIfAborted()
    } catch (error) {
      signal.throwIfAborted()
      // It closed while it was acted upon, which is told.
      if (page.isClosed() && tabs.list().length > 0) return
      throw pageFault(error, what)
    } finally {
      over.abort()
    }
  }
}

async function perform(
  session: Session,
  page: Page,
  {
    work,
    patience,
    signal,
  }: { readonly work: Work | undefined; readonly patience: Milliseconds; readonly signal: AbortSignal },
): Promise<void> {
  // Playwright bounds what it does with elements, not what it does with the mouse and the keyboard.
  if (work !== undefined && (await within(longest, work(page, session))) === 'late')
    throw new KeepupError('tool-failed', busy)
  await waitFor(reaction, signal)
  const shown = await session.page()
  const loading = shown.waitForLoadState('load', { timeout: patience, signal })
  const loaded = await within(
    patience,
    loading.then(() => 'loaded').catch(() => 'late'),
  )
  signal.throwIfAborted()
  if (loaded === 'late' && !shown.isClosed()) session.tell('The page is still loading.')
}
