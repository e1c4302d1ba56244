/** Where in the pages a person is. */
export type Route =
  | { readonly view: 'threads' }
  | { readonly view: 'thread'; readonly thread: string; readonly tab: ThreadTab; readonly at?: number }
  | { readonly view: 'approvals' }
  | { readonly view: 'help' }

/** What a page of a thread shows. */
export const threadTabs = ['timeline', 'past', 'agents', 'usage'] as const

/** One of {@link threadTabs}. */
export type ThreadTab = (typeof threadTabs)[number]

/** Reads the part of an address after `#`. What it does not know is the list of threads. */
export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const [view, thread, tab] = path.split('/')
  if (view === 'approvals' || view === 'help') return { view }
  if (view !== 'threads' || thread === undefined || thread === '') return { view: 'threads' }
  const at = new URLSearchParams(query).get('at')
  const known = threadTabs.find((name) => name === tab) ?? 'timeline'
  return {
    view: 'thread',
    thread: decoded(thread),
    tab: known,
    ...(at !== null && /^\d+$/.test(at) ? { at: Number(at) } : {}),
  }
}

/** The part of an address after `#` for a place. */
export function toHash(route: Route): string {
  if (route.view !== 'thread') return `#/${route.view}`
  const at = route.at === undefined ? '' : `?at=${route.at}`
  return `#/threads/${encodeURIComponent(route.thread)}/${route.tab}${at}`
}

/** The token that the address was opened with: `#token=...`. */
export function tokenIn(hash: string): string | undefined {
  return /^#token=(.+)$/.exec(hash)?.[1]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
