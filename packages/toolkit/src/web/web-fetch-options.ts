import type { AllowRedirect } from './net/fetch-page.ts'
import type { WebLimits } from './net/web-limits.ts'
import type { WebReach } from './net/web-reach.ts'

/** How `web_fetch` works. */
export interface WebFetchOptions extends WebReach {
  /** Whether a redirect to another host, or from https to http, is followed. None is when left out: the model is told where it leads, and calls again. */
  readonly allowRedirect?: AllowRedirect
  /** What the requests say of who asks; `keepup-web-fetch` when left out. */
  readonly userAgent?: string
  /** Where other limits than the usual ones are to hold. */
  readonly limits?: Partial<WebLimits>
}
