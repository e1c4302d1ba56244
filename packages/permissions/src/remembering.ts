import type { Clock, Milliseconds } from '@keepup/core'

/** How long what was found out holds: links and folders may change, and one decision asks several times. */
const lifetime: Milliseconds = 100

/** How many things are remembered. */
const mostKept = 512

/** A function that remembers for a moment what it found. */
export function remembering<Found>(
  find: (text: string) => Found,
  clock: Pick<Clock, 'now'>,
): (text: string) => Found {
  const known = new Map<string, Found>()
  let since = clock.now()
  return (text) => {
    const now = clock.now()
    if (now < since || now - since > lifetime || known.size >= mostKept) {
      known.clear()
      since = now
    }
    const kept = known.get(text)
    if (kept !== undefined) return kept
    const found = find(text)
    known.set(text, found)
    return found
  }
}
