/** How a page is to be shown. */
export type PageFormat = 'markdown' | 'text' | 'html'

/** Work for the thread that reads pages. */
export type PageJob =
  | {
      readonly type: 'html'
      readonly html: string
      readonly url: string
      readonly format: 'markdown' | 'text'
    }
  | { readonly type: 'pdf'; readonly bytes: Uint8Array; readonly url: string }

/** A page as text. */
export interface PageText {
  readonly text: string
  readonly title?: string
  readonly notes: readonly string[]
}

/** What the thread answers. */
export type PageAnswer =
  | { readonly type: 'done'; readonly page: PageText }
  | { readonly type: 'failed'; readonly reason: string }
