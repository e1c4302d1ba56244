import { KeepupError } from '@keepup/core'
import type { BrowserContext, Dialog, Download, Page } from 'playwright-core'

import type { ComputerState } from '../computer.ts'
import { within } from '../wait-for.ts'
import { createDialogs, type Dialogs } from './dialogs.ts'
import type { News } from './news.ts'

/** The open pages of a browser, of which one is shown. */
export interface Tabs {
  readonly dialogs: Dialogs
  /** The page that is shown; a new one where none is left. */
  shown(): Promise<Page>
  list(): NonNullable<ComputerState['tabs']>
  show(number: number): Promise<void>
  closeShown(): Promise<void>
  /** Notes that a tree of this page was taken: references are its own from now on. */
  read(page: Page): void
  /** Whether the last tree was of this page. */
  isRead(page: Page): boolean
}

/** What tabs are made of. */
export interface TabsOptions {
  readonly news: News
  /** Called with each download; none is taken when left out. */
  readonly onDownload: ((download: Download) => void) | undefined
}

/** How many pages may be open at once. */
const mostTabs = 8

/** The pages in their order, and the one that is shown. */
interface Book {
  readonly pages: Page[]
  current: Page | undefined
}

/** Follows the pages of a browser: those that open are shown, those that close or crash are replaced. */
export function createTabs(context: BrowserContext, options: TabsOptions): Tabs {
  const book: Book = { pages: [], current: undefined }
  const dialogs = createDialogs(options.news, (page) => {
    leave(book, page)
    void page.close().catch(() => {})
  })
  let lastRead: Page | undefined
  let opening = 0
  const follow = (page: Page): void => {
    if (book.pages.includes(page)) return
    if (book.pages.length >= mostTabs) {
      options.news.tell(`A page wanted more than ${mostTabs} tabs. Those beyond were closed at once.`)
      void page.close().catch(() => {})
      return
    }
    if (opening === 0) options.news.tell('The page opened a new tab, which is shown now.')
    book.pages.push(page)
    book.current = page
    watchPage(page, { ...options, book, dialogs })
  }
  // What is open at the start is the browser's own.
  opening = 1
  for (const page of context.pages()) follow(page)
  opening = 0
  context.on('page', follow)
  return {
    dialogs,
    read: (page) => void (lastRead = page),
    isRead: (page) => lastRead === page,
    async shown() {
      if (book.current !== undefined) return book.current
      opening++
      try {
        const page = await context.newPage()
        follow(page)
        return page
      } finally {
        opening--
      }
    },
    list: () => book.pages.map((page) => ({ address: page.url(), shown: page === book.current })),
    async show(number) {
      const page = book.pages[number - 1]
      if (page === undefined)
        throw new KeepupError('tool-failed', `There is no tab ${number}: there are ${book.pages.length}.`)
      book.current = page
      await tried(page.bringToFront())
    },
    async closeShown() {
      const page = book.current
      if (page === undefined) return
      dialogs.forget(page)
      leave(book, page)
      await tried(page.close())
    },
  }
}

/** A page that is busy is not waited for. */
async function tried(doing: Promise<void>): Promise<void> {
  await within(
    2_000,
    doing.catch(() => {}),
  )
}

function leave(book: Book, page: Page): void {
  const at = book.pages.indexOf(page)
  if (at !== -1) book.pages.splice(at, 1)
  if (book.current === page) book.current = book.pages[Math.max(0, at - 1)]
}

function watchPage(
  page: Page,
  { book, dialogs, news, onDownload }: TabsOptions & { readonly book: Book; readonly dialogs: Dialogs },
): void {
  const lost = (sentence: string): void => {
    dialogs.forget(page)
    // What was left on purpose is no news.
    if (book.pages.includes(page)) news.tell(sentence)
    leave(book, page)
  }
  page.on('dialog', (dialog: Dialog) => dialogs.open(page, dialog))
  page.on('close', () => lost(`The tab with ${page.url()} was closed by its page.`))
  page.on('crash', () => {
    lost(`The page ${page.url()} crashed, and its tab was closed. To try again, navigate to it.`)
    void page.close().catch(() => {})
  })
  page.on('download', (download) => {
    if (onDownload !== undefined) return onDownload(download)
    news.tell(`A download was refused: ${JSON.stringify(download.suggestedFilename().slice(0, 200))}.`)
  })
  page.on('filechooser', () => news.tell('The page asked for a file. Files cannot be handed to pages.'))
}
