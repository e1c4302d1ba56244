import type { IncomingHttpHeaders } from 'node:http'

import type { Milliseconds, Timestamp } from '@keepup/core'

import type { Fetched } from '../net/fetch-page.ts'
import type { PageText } from './page-job.ts'

/** A page that was fetched, with the texts that were made of it. */
export interface CachedPage {
  readonly answer: Extract<Fetched, { readonly type: 'answer' }>
  readonly texts: Map<string, PageText>
}

/** Pages that were fetched a moment ago. Bounded in time, number and size; in memory alone. */
export interface PageCache {
  find(url: URL, now: Timestamp): CachedPage | undefined
  keep(url: URL, page: CachedPage, now: Timestamp): void
}

/** @limit In milliseconds: how long a page is kept, unless its server says less. */
const longestKept: Milliseconds = 300_000
/** How many pages are kept. */
const mostKept = 50
/** In bytes: how much all of them may be. */
const mostSize = 50 * 1024 * 1024

/** A cache as RFC 9111 has it for one user: `no-store`, `no-cache` and `max-age` are honoured; only answers with status 200 are kept. */
export function createPageCache(): PageCache {
  const kept = new Map<
    string,
    { readonly page: CachedPage; readonly from: Timestamp; readonly until: Timestamp }
  >()

  function evict(now: Timestamp): void {
    for (const [key, { from, until }] of kept) if (now >= until || now < from) kept.delete(key)
    let size = [...kept.values()].reduce((sum, { page }) => sum + page.answer.body.length, 0)
    for (const [key, { page }] of kept) {
      if (kept.size <= mostKept && size <= mostSize) return
      kept.delete(key)
      size -= page.answer.body.length
    }
  }

  return {
    find(url, now) {
      evict(now)
      return kept.get(url.href)?.page
    },
    keep(url, page, now) {
      const lifetime = lifetimeOf(page.answer.headers)
      if (page.answer.status !== 200 || lifetime <= 0) return
      kept.delete(url.href)
      kept.set(url.href, { page, from: now, until: now + lifetime })
      evict(now)
    },
  }
}

function lifetimeOf(headers: IncomingHttpHeaders): Milliseconds {
  const control = headers['cache-control']?.toLowerCase() ?? ''
  if (/\bno-(store|cache)\b/.test(control) || headers.vary?.trim() === '*') return 0
  const age = /\bmax-age\s*=\s*"?(\d+)/.exec(control)?.[1]
  return age === undefined ? longestKept : Math.min(longestKept, Number(age) * 1000)
}
