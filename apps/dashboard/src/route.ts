/** Views of something that is named, or of all of it. */
const views = ['memory', 'mail', 'traces'] as const
/** Views of one thing. */
const plainViews = ['approvals', 'help', 'servers'] as const

/** Where in the pages a person is. */
export type Route =
  | { readonly view: 'threads' }
  | { readonly view: 'thread'; readonly thread: string; readonly tab: ThreadTab; readonly at?: number }
  | { readonly view: (typeof views)[number]; readonly of?: string }
  | { readonly view: (typeof plainViews)[number] }

/** What a page of a thread shows. */
export const threadTabs = [
  'timeline',
  'past',
  'procedure',
  'graph',
  'origins',
  'forks',
  'agents',
  'usage',
] as const

/** One of {@link threadTabs}. */
export type ThreadTab = (typeof threadTabs)[number]

/** Reads the part of an address after `#`. What it does not know is the list of threads. */
export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const [view, of = '', tab] = path.split('/')
  if (view === 'threads' && of !== '')
    return threadRoute(decoded(of), tab, new URLSearchParams(query).get('at'))
  const named = views.find((known) => known === view)
  if (named !== undefined) return of === '' ? { view: named } : { view: named, of: decoded(of) }
  const plain = plainViews.find((known) => known === view)
  return { view: plain ?? 'threads' }
}

function threadRoute(thread: string, named: string | undefined, at: string | null): Route {
  const tab = threadTabs.find((name) => name === named) ?? 'timeline'
  return {
    view: 'thread',
    thread,
    tab,
    ...(at !== null && /^\d+$/.test(at) ? { at: Number(at) } : {}),
  }
}

/** The part of an address after `#` for a place. */
export function toHash(route: Route): string {
  if ('of' in route) return `#/${route.view}/${encodeURIComponent(route.of ?? '')}`
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
