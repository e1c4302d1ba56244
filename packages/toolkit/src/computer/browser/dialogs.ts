import { KeepupError } from '@keepup/core'
import type { Dialog, Page } from 'playwright-core'

import type { News } from './news.ts'

/** The dialogs of pages (alert, confirm, prompt, beforeunload). A page that has one open does nothing else. */
export interface Dialogs {
  open(page: Page, dialog: Dialog): void
  /** The open dialog of a page. */
  of(page: Page): Dialog | undefined
  answer(page: Page, accept: boolean, text: string | undefined): Promise<void>
  forget(page: Page): void
  /** Resolves once a page has an open dialog, or never. */
  opened(page: Page, signal: AbortSignal): Promise<void>
  /** An action begins: the page may ask again. */
  renew(page: Page): void
}

/** How many dialogs a page may open between two actions before they are dismissed unseen. */
const mostShown = 3
/** After so many it is closed: it does nothing else. */
const mostDismissed = 100

/** Keeps the dialogs of pages. `close` ends a page that opens them without end. */
export function createDialogs(news: News, close: (page: Page) => void): Dialogs {
  const waiting = new Map<Page, Dialog>()
  const counts = new Map<Page, number>()
  const listeners = new Set<(page: Page) => void>()
  const forget = (page: Page): void => {
    waiting.delete(page)
    counts.delete(page)
  }
  return {
    forget,
    of: (page) => waiting.get(page),
    renew: (page) => void counts.delete(page),
    open(page, dialog) {
      const count = (counts.get(page) ?? 0) + 1
      counts.set(page, count)
      if (count > mostDismissed) {
        if (count === mostDismissed + 1) {
          news.tell(`The page ${page.url()} opened dialogs without end and was closed.`)
          close(page)
        }
        return void dialog.dismiss().catch(() => {})
      }
      if (count > mostShown) {
        news.tell('The page opened one dialog after another: it was dismissed.')
        return void dialog.dismiss().catch(() => {})
      }
      waiting.set(page, dialog)
      for (const listener of listeners) listener(page)
    },
    async answer(page, accept, text) {
      const dialog = waiting.get(page)
      if (dialog === undefined) throw new KeepupError('tool-failed', 'No dialog is open.')
      waiting.delete(page)
      await (accept ? dialog.accept(text) : dialog.dismiss()).catch((cause: unknown) => {
        throw new KeepupError('tool-failed', 'The dialog was gone before it was answered.', { cause })
      })
    },
    opened(page, signal) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const listener = (other: Page): void => {
        if (other === page) resolve()
      }
      listeners.add(listener)
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true })
      if (waiting.has(page)) resolve()
      return promise
    },
  }
}
